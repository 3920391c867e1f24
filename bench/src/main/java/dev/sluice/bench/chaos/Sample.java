package dev.sluice.bench.chaos;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document of the load: its text follows from its number and its revision, and each revision has
 * a word that no other document has.
 */
record Sample(int number, int revision) {

  private static final List<String> RIVERS =
      List.of("Amstel", "Dommel", "Eem", "Linge", "Maas", "Rotte", "Schelde", "Vecht", "Zaan");
  private static final List<String> BUILDERS =
      List.of("a miller", "two brothers", "the abbey", "the city", "a widow", "the water board");
  private static final Pattern MARKER = Pattern.compile("zq(\\d+)r(\\d+)");

  /** The document that a text is of, by its marker; throws when it has none. */
  static Sample of(String text) {
    Matcher matcher = MARKER.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no marker in: " + text);
    }
    return new Sample(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  String id() {
    return "gate-" + number;
  }

  String marker() {
    return "zq" + number + "r" + revision;
  }

  /** What to search for to find it. */
  String sentence() {
    return "The gate %s holds back the %s.".formatted(marker(), RIVERS.get(number % RIVERS.size()));
  }

  String text() {
    return "%s It opens at level %d of the gauge. It was built by %s in %d, and repaired %d times."
        .formatted(
            sentence(),
            3 + (number + revision) % 40,
            BUILDERS.get((number + 5 * revision) % BUILDERS.size()),
            1600 + (7 * number + revision) % 300,
            2 + revision);
  }
}
