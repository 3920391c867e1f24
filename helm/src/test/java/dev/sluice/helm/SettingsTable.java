package dev.sluice.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The keys of docs/configuration.md, which a test of standalone holds against the code. */
final class SettingsTable {

  private static final Pattern ROW =
      Pattern.compile("^\\| `(SLUICE_[A-Z0-9_]+)` \\| ([^|]+) \\| [^|]* \\| (.+) \\|$");
  private static final Pattern OF_A_MODEL =
      Pattern.compile("SLUICE_(EMBED|RERANK|GENERATE)_MODEL_([A-Z0-9_]+)");
  private static final Pattern DATA_SOURCE =
      Pattern.compile("SLUICE_GATEWAY_DATA_SOURCE_[A-Z0-9_]+_(?:TARGET|TLS_CA_FILE)");

  /**
   * @param type as the page words it
   */
  record Key(ValueType type, String meaning) {}

  private final Map<String, Key> keys;

  private SettingsTable(Map<String, Key> keys) {
    this.keys = keys;
  }

  static SettingsTable read() {
    try {
      return new SettingsTable(
          Files.readString(Chart.ROOT.resolve("docs").resolve("configuration.md"))
              .lines()
              .map(ROW::matcher)
              .filter(Matcher::matches)
              .collect(
                  Collectors.toMap(
                      row -> row.group(1),
                      row -> new Key(new ValueType(row.group(2)), row.group(3)),
                      (a, b) -> a,
                      TreeMap::new)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of them, by name. */
  Map<String, Key> keys() {
    return keys;
  }

  /** Those of a process, as "embed", without what they begin with. */
  Map<String, Key> of(String process) {
    String prefix = prefix(process);
    Map<String, Key> own = new TreeMap<>();
    keys.forEach((name, key) -> {
      if (name.startsWith(prefix)) {
        own.put(name.substring(prefix.length()), key);
      }
    });
    return own;
  }

  /**
   * Those of a service that each of several models has for itself. What the gateway has as well is
   * the server's.
   */
  Set<String> ofEachModel(String service) {
    Set<String> names = new TreeSet<>(of(service).keySet());
    names.removeAll(of("gateway").keySet());
    names.removeAll(Set.of("MODELS", "ADMIN_TOKEN_FILE"));
    return names;
  }

  private static String prefix(String process) {
    return "SLUICE_" + process.toUpperCase(Locale.ROOT) + "_";
  }

  /** What a process would say of a variable; empty when it takes it. */
  Optional<String> problem(String name, String value) {
    if (DATA_SOURCE.matcher(name).matches()) {
      return Optional.empty();
    }
    return key(name)
        .map(key ->
            Optional.of(name + " is '" + value + "' but must be " + key.type().text())
                .filter(_ -> !key.type().accepts(value)))
        .orElse(Optional.of(name + " is no key of docs/configuration.md"));
  }

  private Optional<Key> key(String name) {
    Matcher model = OF_A_MODEL.matcher(name);
    return Optional.ofNullable(keys.get(name))
        .or(() -> model.matches() ? ofModel(model.group(1), model.group(2)) : Optional.empty());
  }

  /** A model's name may hold underscores: it ends where a key begins. */
  private Optional<Key> ofModel(String service, String rest) {
    Set<String> names = ofEachModel(service);
    for (int at = rest.indexOf('_'); at >= 0; at = rest.indexOf('_', at + 1)) {
      String name = rest.substring(at + 1);
      if (names.contains(name)) {
        return Optional.ofNullable(keys.get(prefix(service) + name));
      }
    }
    return Optional.empty();
  }
}
