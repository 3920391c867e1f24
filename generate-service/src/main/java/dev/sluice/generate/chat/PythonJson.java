package dev.sluice.generate.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import java.util.Map;

/** The filter {@code tojson} as Hugging Face defines it: Python's json.dumps, with its spaces. */
final class PythonJson implements AdvancedFilter {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Separators SPACED =
      Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Spacing.AFTER)
          .withObjectEntrySpacing(Spacing.AFTER)
          .withArrayValueSpacing(Spacing.AFTER)
          .withObjectEmptySeparator("")
          .withArrayEmptySeparator("");

  private static final DefaultPrettyPrinter ONE_LINE = printer(SPACED, "", "");

  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
    DefaultPrettyPrinter printer =
        named.get("indent") instanceof Number spaces ? indented(spaces.intValue()) : ONE_LINE;
    try {
      return JSON.writer(printer).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON value", e);
    }
  }

  private static DefaultPrettyPrinter indented(int spaces) {
    Separators separators =
        SPACED.withObjectEntrySpacing(Spacing.NONE).withArrayValueSpacing(Spacing.NONE);
    return printer(separators, " ".repeat(spaces), "\n");
  }

  private static DefaultPrettyPrinter printer(Separators separators, String indent, String line) {
    var indenter = new DefaultIndenter(indent, line);
    var printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }
}
