package dev.sluice.standalone.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long a call may take. */
record Deadline(Duration duration) {

  private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})(ms|s|m|)");

  /** Reads {@code 500ms}, {@code 10s} or {@code 2m}; seconds when there is no unit. */
  static final class Converter implements ITypeConverter<Deadline> {
    @Override
    public Deadline convert(String value) {
      Matcher matcher = SHAPE.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + value + "' is no time: give 500ms, 10s or 2m");
      }
      long count = Long.parseLong(matcher.group(1));
      if (count == 0) {
        throw new TypeConversionException("'" + value + "' leaves no time at all");
      }
      return new Deadline(
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofSeconds(count);
          });
    }
  }
}
