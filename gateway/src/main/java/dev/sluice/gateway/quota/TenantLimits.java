package dev.sluice.gateway.quota;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The limits of named tenants and of all others, as a file of JSON has them. A named tenant's keys
 * stand before those of the default, and these before {@link Limits#DEFAULT}; {@code null} lifts a
 * limit. What is not understood is refused.
 *
 * @param others of tenants without limits of their own
 */
record TenantLimits(Map<String, Limits> named, Limits others) {

  /** Where there is no file. */
  static final TenantLimits NONE = new TenantLimits(Map.of(), Limits.DEFAULT);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String RATE = "requests_per_second";
  private static final String BURST = "request_burst";
  private static final String TOKENS = "tokens_per_minute";
  private static final String TOKEN_BURST = "token_burst";
  private static final String GENERATIONS = "concurrent_generations";
  private static final String DOCUMENTS = "stored_documents";
  private static final String COLLECTIONS = "stored_collections";
  private static final String SNAPSHOTS = "stored_snapshots";
  private static final List<String> KEYS =
      List.of(RATE, BURST, TOKENS, TOKEN_BURST, GENERATIONS, DOCUMENTS, COLLECTIONS, SNAPSHOTS);

  private static final double BURST_SECONDS = 10;
  private static final double MINUTE = 60;
  private static final double LARGEST = 1e15;

  Limits of(String tenant) {
    return named.getOrDefault(tenant, others);
  }

  /**
   * Reads the file's text.
   *
   * @throws IllegalArgumentException saying in a line what is wrong with it
   */
  static TenantLimits parse(String text) {
    JsonNode root = tree(text);
    require(!root.isMissingNode(), "it is empty");
    requireKeys("the file", root, List.of("default", "tenants"));
    JsonNode others = root.path("default");
    Limits usual = limits("default", others, JSON.createObjectNode());
    JsonNode tenants = root.path("tenants");
    require(tenants.isObject() || tenants.isMissingNode(), "tenants must be an object");
    Map<String, Limits> named = new HashMap<>();
    tenants
        .propertyStream()
        .forEach(each ->
            named.put(each.getKey(), limits("tenants." + each.getKey(), each.getValue(), others)));
    return new TenantLimits(Map.copyOf(named), usual);
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "it is no JSON: line " + (e.getLocation() == null ? "1" : e.getLocation().getLineNr()),
          e);
    }
  }

  private static Limits limits(String place, JsonNode own, JsonNode others) {
    if (own.isMissingNode()) {
      return Limits.DEFAULT;
    }
    requireKeys(place, own, KEYS);
    var numbers = new Numbers(place, own, others);
    return new Limits(
        rate(numbers, RATE, 1, BURST, BURST_SECONDS),
        rate(numbers, TOKENS, MINUTE, TOKEN_BURST, MINUTE),
        numbers
            .whole(GENERATIONS, 0)
            .map(most -> OptionalInt.of((int) Math.min(most, Integer.MAX_VALUE)))
            .orElse(OptionalInt.empty()),
        numbers.stored(DOCUMENTS, Limits.DEFAULT.storedDocuments()),
        numbers.stored(COLLECTIONS, Limits.DEFAULT.storedCollections()),
        numbers.stored(SNAPSHOTS, Limits.DEFAULT.storedSnapshots()));
  }

  /**
   * @param seconds that the number is for
   * @param usual how many seconds' worth may be spent at once, where the file does not say
   */
  private static Optional<Rate> rate(
      Numbers numbers, String key, double seconds, String burst, double usual) {
    Optional<Double> number = numbers.number(key);
    number.ifPresent(each -> require(each > 0, numbers.place() + "." + key + " must be above 0"));
    Optional<Long> most = numbers.whole(burst, 1);
    return number
        .map(each -> each / seconds)
        .map(perSecond ->
            new Rate(
                perSecond, most.orElseGet(() -> Math.max(1, (long) Math.ceil(perSecond * usual)))));
  }

  /** The numbers of a tenant: its own, or those of all. */
  private record Numbers(String place, JsonNode own, JsonNode others) {

    Optional<Double> number(String key) {
      JsonNode value = own.has(key) ? own.path(key) : others.path(key);
      if (value.isMissingNode() || value.isNull()) {
        return Optional.empty();
      }
      require(
          value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= LARGEST,
          place + "." + key + " must be a number from 0 to 1e15, or null for no limit");
      return Optional.of(value.doubleValue());
    }

    /** The limit where one is named, or {@code null}; else the usual one. */
    OptionalLong stored(String key, OptionalLong usual) {
      return own.has(key) || others.has(key)
          ? whole(key, 0).map(OptionalLong::of).orElse(OptionalLong.empty())
          : usual;
    }

    Optional<Long> whole(String key, long least) {
      Optional<Double> number = number(key);
      number.ifPresent(each ->
          require(
              each == Math.rint(each) && each >= least,
              place + "." + key + " must be a whole number from " + least));
      return number.map(Double::longValue);
    }
  }

  private static void requireKeys(String place, JsonNode node, List<String> known) {
    require(node.isObject() || node.isMissingNode(), place + " must be a JSON object");
    node.propertyStream()
        .map(Map.Entry::getKey)
        .forEach(key ->
            require(
                known.contains(key),
                place + " has the unknown key " + key + "; known: " + String.join(", ", known)));
  }

  private static void require(boolean met, String problem) {
    if (!met) {
      throw new IllegalArgumentException(problem);
    }
  }
}
