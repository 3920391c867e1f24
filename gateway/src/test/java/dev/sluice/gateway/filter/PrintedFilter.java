package dev.sluice.gateway.filter;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/** Filters as callers may write them. */
final class PrintedFilter {

  private PrintedFilter() {}

  static String of(Filter filter) {
    return switch (filter) {
      case Filter.All(List<Filter> parts) -> joined(parts, " && ");
      case Filter.Any(List<Filter> parts) -> joined(parts, " || ");
      case Filter.Not(Filter part) -> "!(" + of(part) + ")";
      case Filter.Compare(FieldPath field, Comparison comparison, Scalar value) ->
          field.text() + " " + sign(comparison) + " " + of(value);
      case Filter.OneOf(FieldPath field, List<Scalar> values) ->
          field.text()
              + " in ["
              + values.stream().map(PrintedFilter::of).collect(Collectors.joining(", "))
              + "]";
      case Filter.Contains(FieldPath field, Scalar element) -> of(element) + " in " + field.text();
      case Filter.StartsWith(FieldPath field, String prefix) ->
          field.text() + ".startsWith(" + quoted(prefix) + ")";
      case Filter.Present(FieldPath field) -> "has(" + field.text() + ")";
    };
  }

  private static String joined(List<Filter> parts, String operator) {
    return parts.stream().map(part -> "(" + of(part) + ")").collect(Collectors.joining(operator));
  }

  private static String sign(Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> "==";
      case UNEQUAL -> "!=";
      case LESS -> "<";
      case AT_MOST -> "<=";
      case GREATER -> ">";
      case AT_LEAST -> ">=";
    };
  }

  private static String of(Scalar value) {
    return switch (value) {
      case Scalar.Text(String text) -> quoted(text);
      case Scalar.Numeric(double number) -> number(number);
      case Scalar.Flag(boolean flag) -> String.valueOf(flag);
      case Scalar.Moment(var instant) -> "timestamp(\"" + instant + "\")";
    };
  }

  /** With a point, or it would be an integer; the only zero with a sign has one. */
  private static String number(double number) {
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    String plain = new BigDecimal(Double.toString(number)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || (c >= 0x7f && c < 0xa0)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
