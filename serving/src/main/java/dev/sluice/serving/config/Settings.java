package dev.sluice.serving.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads configuration records from the environment, and remembers every key it was asked for. After
 * the last record {@link #finish} stops the start when a value is wrong or a {@code SLUICE_*} key
 * is unknown, naming all problems at once.
 */
public final class Settings {

  private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
  private static final String PREFIX = "SLUICE_";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern NO_LETTER = Pattern.compile("[._-]");

  /** Keys that hold a secret itself; none does so far, and files of secrets may be named. */
  private static final Pattern SECRET = Pattern.compile("(TOKEN|PASSWORD|SECRET|KEY)$");

  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");
  private static final String MASK = "***";

  private final Map<String, String> environment;
  private final Map<String, Setting> described = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  public Settings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The same environment with some keys set differently, nothing read yet. */
  public Settings with(Map<String, String> overrides) {
    Map<String, String> changed = new TreeMap<>(environment);
    changed.putAll(overrides);
    return new Settings(changed);
  }

  public String text(String key, String fallback, String meaning) {
    return read(key, "text", fallback, fallback, meaning, value -> value);
  }

  /** A text without a default. */
  public String neededText(String key, String meaning) {
    String value = text(key, "", meaning);
    if (value.isEmpty()) {
      problems.add(key + " must be set");
    }
    return value;
  }

  public Optional<Path> path(String key, String meaning) {
    return read(key, "path", "", Optional.empty(), meaning, value -> Optional.of(Path.of(value)));
  }

  /** Names of lower-case letters, digits, dots, dashes and underscores; none by default. */
  public List<String> names(String key, String meaning) {
    return read(
        key, "different names, separated by commas", "", List.of(), meaning, Settings::distinct);
  }

  private static List<String> distinct(String value) {
    List<String> names = Stream.of(value.split(",", -1)).map(String::strip).toList();
    long different =
        names.stream().map(name -> NO_LETTER.matcher(name).replaceAll("_")).distinct().count();
    if (different < names.size()
        || !names.stream().allMatch(name -> NAME.matcher(name).matches())) {
      throw new IllegalArgumentException("not distinct names");
    }
    return names;
  }

  public int integer(String key, int fallback, int least, int most, String meaning) {
    String type = "integer, " + least + " to " + most;
    return read(
        key,
        type,
        Integer.toString(fallback),
        fallback,
        meaning,
        value -> within(Integer.parseInt(value), least, most));
  }

  public double decimal(String key, double fallback, double least, double most, String meaning) {
    String type = "number, " + least + " to " + most;
    return read(
        key,
        type,
        Double.toString(fallback),
        fallback,
        meaning,
        value -> within(Double.parseDouble(value), least, most));
  }

  public Duration duration(
      String key, Duration fallback, Duration least, Duration most, String meaning) {
    String type = "duration, " + Durations.print(least) + " to " + Durations.print(most);
    return read(
        key,
        type,
        Durations.print(fallback),
        fallback,
        meaning,
        value -> within(Durations.parse(value), least, most));
  }

  public <E extends Enum<E>> E choice(String key, E fallback, String meaning) {
    Class<E> kind = fallback.getDeclaringClass();
    String type =
        Stream.of(kind.getEnumConstants()).map(Settings::lower).collect(Collectors.joining(" or "));
    return read(
        key,
        type,
        lower(fallback),
        fallback,
        meaning,
        value -> Enum.valueOf(kind, value.toUpperCase(Locale.ROOT)));
  }

  /** Tells of values that do not fit together, in one line that says what to do. */
  public void refuse(String problem) {
    problems.add(problem);
  }

  /** Every key read so far, by name. */
  public List<Setting> described() {
    return List.copyOf(described.values());
  }

  /**
   * Call after the last record was read.
   *
   * @throws ConfigurationException when a value is wrong or a key is unknown
   */
  public void finish() {
    environment.keySet().stream()
        .filter(key -> key.startsWith(PREFIX) && !described.containsKey(key))
        .sorted()
        .map(key -> "unknown setting " + key + nearest(key))
        .forEach(problems::add);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    LOG.info("configuration: {}", effective());
  }

  /** Every key with what holds, for operators; what may be secret is masked. */
  String effective() {
    return described.values().stream()
        .map(setting -> setting.key() + "=" + shown(setting))
        .collect(Collectors.joining(" "));
  }

  private String shown(Setting setting) {
    String value = environment.getOrDefault(setting.key(), "").strip();
    if (value.isEmpty()) {
      return setting.fallback();
    }
    return SECRET.matcher(setting.key()).find()
        ? MASK
        : USER_INFO.matcher(value).replaceAll("://" + MASK + "@");
  }

  private <T> T read(
      String key,
      String type,
      String fallbackText,
      T fallback,
      String meaning,
      Function<String, T> parse) {
    described.put(key, new Setting(key, type, fallbackText, meaning));
    String value = environment.getOrDefault(key, "").strip();
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      problems.add(key + " is '" + value + "' but must be " + type);
      return fallback;
    }
  }

  private static <C extends Comparable<? super C>> C within(C value, C least, C most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException("out of bounds");
    }
    return value;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private String nearest(String key) {
    return described.keySet().stream()
        .filter(known -> distance(key, known) <= 3)
        .min((a, b) -> Integer.compare(distance(key, a), distance(key, b)))
        .map(known -> "; did you mean " + known + "?")
        .orElse("; docs/configuration.md lists the known ones");
  }

  /** Levenshtein distance, by rows. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Collections.min(List.of(row[j] + 1, row[j - 1] + 1, substituted));
      }
    }
    return row[b.length()];
  }
}
