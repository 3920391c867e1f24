package dev.sluice.gateway.filter;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.Value.KindCase;
import dev.sluice.gateway.filter.Scalar.Flag;
import dev.sluice.gateway.filter.Scalar.Moment;
import dev.sluice.gateway.filter.Scalar.Numeric;
import dev.sluice.gateway.filter.Scalar.Text;
import java.util.List;
import java.util.OptionalInt;

/**
 * What filters mean. A comparison is by type: with a field that is absent or of another type it is
 * false, whichever it is, so that {@code !(a == b)} lets more pass than {@code a != b}. A field
 * that is null is absent.
 */
record MetadataMatch(Struct metadata) {

  boolean matches(Filter filter) {
    return switch (filter) {
      case Filter.All(List<Filter> parts) -> parts.stream().allMatch(this::matches);
      case Filter.Any(List<Filter> parts) -> parts.stream().anyMatch(this::matches);
      case Filter.Not(Filter part) -> !matches(part);
      case Filter.Compare(FieldPath field, Comparison comparison, Scalar value) -> {
        OptionalInt order = order(value(field), value);
        yield order.isPresent() && comparison.holds(order.getAsInt());
      }
      case Filter.OneOf(FieldPath field, List<Scalar> values) -> {
        Value found = value(field);
        yield values.stream().anyMatch(value -> areEqual(found, value));
      }
      case Filter.Contains(FieldPath field, Scalar element) ->
          value(field).getListValue().getValuesList().stream()
              .anyMatch(each -> areEqual(each, element));
      case Filter.StartsWith(FieldPath field, String prefix) -> {
        Value found = value(field);
        yield found.hasStringValue() && found.getStringValue().startsWith(prefix);
      }
      case Filter.Present(FieldPath field) -> isPresent(value(field));
    };
  }

  private Value value(FieldPath field) {
    return value(metadata, field);
  }

  /** The default instance, which has no kind, when it is absent. */
  static Value value(Struct metadata, FieldPath field) {
    Value found = Value.newBuilder().setStructValue(metadata).build();
    for (String name : field.names()) {
      found = found.getStructValue().getFieldsOrDefault(name, Value.getDefaultInstance());
    }
    return found;
  }

  static boolean isPresent(Value value) {
    return value.getKindCase() != KindCase.KIND_NOT_SET && !value.hasNullValue();
  }

  private static boolean areEqual(Value found, Scalar value) {
    OptionalInt order = order(found, value);
    return order.isPresent() && order.getAsInt() == 0;
  }

  /** How a value of metadata stands to another of its type; empty for one of another type. */
  private static OptionalInt order(Value found, Scalar value) {
    return switch (value) {
      case Text(String text) when found.hasStringValue() ->
          OptionalInt.of(byCodePoints(found.getStringValue(), text));
      case Numeric(double number) when found.hasNumberValue() ->
          OptionalInt.of(Double.compare(found.getNumberValue() + 0.0, number + 0.0));
      case Flag(boolean flag) when found.hasBoolValue() ->
          OptionalInt.of(Boolean.compare(found.getBoolValue(), flag));
      case Moment moment when found.hasStringValue() -> order(found.getStringValue(), moment);
      case Text _, Numeric _, Flag _, Moment _ -> OptionalInt.empty();
    };
  }

  private static OptionalInt order(String text, Moment moment) {
    return Scalar.moment(text)
        .map(read -> OptionalInt.of(read.value().compareTo(moment.value())))
        .orElse(OptionalInt.empty());
  }

  /** Not as Java orders strings, by UTF-16: that of UTF-8, which stores have. */
  private static int byCodePoints(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i == a.length() || i == b.length()) {
      return Integer.compare(a.length(), b.length());
    }
    return Integer.compare(rank(a.charAt(i)), rank(b.charAt(i)));
  }

  /** Surrogates, of which code points above all others are made, after the rest. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }
}
