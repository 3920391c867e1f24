package dev.sluice.helm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type in the table of docs/configuration.md.
 *
 * @param text as "integer, 1 to 1024"
 */
record ValueType(String text) {

  private static final Pattern RANGE =
      Pattern.compile("(integer|number|duration), (\\S+) to (\\S+)");
  private static final Pattern DURATION = Pattern.compile("([0-9]+)(ms|s|m|h)");
  private static final Map<String, Integer> MILLIS =
      Map.of("ms", 1, "s", 1000, "m", 60_000, "h", 3_600_000);

  boolean accepts(String value) {
    Matcher range = RANGE.matcher(text);
    if (range.matches()) {
      return within(range.group(1), range.group(2), value, range.group(3));
    }
    return choices().isEmpty() || choices().contains(value);
  }

  private static boolean within(String kind, String least, String value, String most) {
    try {
      BigDecimal given = number(kind, value);
      return given.compareTo(number(kind, least)) >= 0 && given.compareTo(number(kind, most)) <= 0;
    } catch (ArithmeticException | NumberFormatException e) {
      return false;
    }
  }

  private static BigDecimal number(String kind, String value) {
    return switch (kind) {
      case "integer" -> new BigDecimal(Long.parseLong(value));
      case "duration" -> millis(value);
      default -> new BigDecimal(value);
    };
  }

  private static BigDecimal millis(String value) {
    Matcher duration = DURATION.matcher(value);
    if (!duration.matches()) {
      throw new NumberFormatException(value);
    }
    return new BigDecimal(duration.group(1))
        .multiply(new BigDecimal(MILLIS.getOrDefault(duration.group(2), 0)));
  }

  private List<String> choices() {
    return text.contains(" or ") ? List.of(text.split(" or ")) : List.of();
  }

  /** The JSON schema of such a value in the chart's values. */
  ObjectNode schema() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      schema.put("type", "string");
      choices().forEach(schema.withArray("enum")::add);
      if (choices().isEmpty()) {
        schema.remove("enum");
      }
    } else if (range.group(1).equals("duration")) {
      schema.put("type", "string").put("pattern", "^[0-9]+(ms|s|m|h)$");
    } else {
      schema.put("type", range.group(1));
      schema.put("minimum", new BigDecimal(range.group(2)));
      schema.put("maximum", new BigDecimal(range.group(3)));
    }
    return schema;
  }
}
