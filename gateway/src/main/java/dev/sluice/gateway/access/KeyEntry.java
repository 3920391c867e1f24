package dev.sluice.gateway.access;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the file of keys says of one key, in a line of words as {@code name=reader}.
 *
 * @param name of who has it; several keys of one name are of one owner
 * @param hash {@link ApiKey#hash}
 * @param expires since when it counts no longer; empty: never
 */
public record KeyEntry(
    String id,
    String name,
    String tenant,
    Permissions permissions,
    String hash,
    Optional<Instant> expires) {

  /** The rule of names in words. */
  public static final String NAME_RULE =
      "1 to 64 small letters, digits, '.', '-' and '_', beginning with a letter or a digit";

  private static final Splitter WORD = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Set<String> WORDS =
      Set.of("id", "name", "tenant", "permissions", "sha256", "expires");

  /** Of a new key. */
  public static KeyEntry of(
      ApiKey key, String name, String tenant, Permissions permissions, Optional<Instant> expires) {
    return new KeyEntry(key.id(), name, tenant, permissions, key.hash(), expires);
  }

  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException whose message says what is wrong with it
   */
  static KeyEntry parse(String line) {
    Map<String, String> words = words(line);
    String permissions = word(words, "permissions");
    return new KeyEntry(
        checked(word(words, "id"), ID, "id must be 16 hexadecimal digits"),
        checked(word(words, "name"), NAME, "name must be " + NAME_RULE),
        tenant(word(words, "tenant")),
        Permissions.parse(List.of(permissions.split(",", -1)))
            .orElseThrow(() ->
                new IllegalArgumentException("permissions must be some of " + Permissions.names())),
        checked(word(words, "sha256"), HASH, "sha256 must be 64 hexadecimal digits"),
        expires(words));
  }

  private static Map<String, String> words(String line) {
    Map<String, String> words = new TreeMap<>();
    for (String word : WORD.split(line)) {
      int end = word.indexOf('=');
      String name = end < 0 ? "" : word.substring(0, end);
      if (!WORDS.contains(name) || words.put(name, word.substring(end + 1)) != null) {
        throw new IllegalArgumentException("a line is id=… name=… tenant=… permissions=… sha256=…");
      }
    }
    return words;
  }

  private static String word(Map<String, String> words, String name) {
    String value = words.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + "=… is missing");
    }
    return value;
  }

  private static String checked(String value, Pattern shape, String rule) {
    if (!shape.matcher(value).matches()) {
      throw new IllegalArgumentException(rule);
    }
    return value;
  }

  private static String tenant(String value) {
    if (!TenantName.isValid(value)) {
      throw new IllegalArgumentException("tenant must be " + TenantName.RULE);
    }
    return value;
  }

  private static Optional<Instant> expires(Map<String, String> words) {
    try {
      return Optional.ofNullable(words.get("expires")).map(Instant::parse);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expires must be as 2027-01-31T00:00:00Z", e);
    }
  }

  /** Whether it is this key. Takes as long whether or not. */
  boolean isOf(ApiKey key) {
    return MessageDigest.isEqual(
        hash.getBytes(StandardCharsets.US_ASCII), key.hash().getBytes(StandardCharsets.US_ASCII));
  }

  boolean countsAt(Instant time) {
    return expires.isEmpty() || time.isBefore(expires.get());
  }

  /** The line. */
  public String written() {
    return "id=%s name=%s tenant=%s permissions=%s sha256=%s"
            .formatted(id, name, tenant, permissions.written(), hash)
        + expires.map(time -> " expires=" + time).orElse("");
  }
}
