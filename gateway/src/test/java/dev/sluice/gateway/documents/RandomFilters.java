package dev.sluice.gateway.documents;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.filter.Comparison;
import dev.sluice.gateway.filter.FieldPath;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.Scalar;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Metadata and filters of few names and values, so that they often meet, of all types. */
final class RandomFilters {

  private static final List<String> NAMES = List.of("a", "b", "ab", "a.b", "é", "");
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "ab",
          "b",
          "é",
          "\uFFFD",
          "\uD83D\uDE00",
          "2024-01-31T12:00:00Z",
          "2024-01-31T13:00:00+01:00",
          "2023-12-31T23:59:59.000000001Z",
          "1",
          "true");
  private static final double[] NUMBERS = {-1e300, -1.5, -0.0, 0, 1, 2, 2.5, 1e18};

  private RandomFilters() {}

  private static <T> T one(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  static Struct metadata(Random random) {
    return struct(random, 2);
  }

  private static Struct struct(Random random, int depth) {
    Struct.Builder struct = Struct.newBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      struct.putFields(one(random, NAMES), value(random, depth));
    }
    return struct.build();
  }

  private static Value value(Random random, int depth) {
    Value.Builder value = Value.newBuilder();
    return switch (random.nextInt(depth > 0 ? 7 : 4)) {
      case 0, 4 -> value.setStringValue(one(random, TEXTS)).build();
      case 1 -> value.setNumberValue(NUMBERS[random.nextInt(NUMBERS.length)]).build();
      case 2 -> value.setBoolValue(random.nextBoolean()).build();
      case 3 -> value.setNullValue(NullValue.NULL_VALUE).build();
      case 5 -> value.setListValue(list(random, depth - 1)).build();
      default -> value.setStructValue(struct(random, depth - 1)).build();
    };
  }

  private static ListValue list(Random random, int depth) {
    ListValue.Builder list = ListValue.newBuilder();
    IntStream.range(0, random.nextInt(4)).forEach(i -> list.addValues(value(random, depth)));
    return list.build();
  }

  static Filter filter(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> compare(random);
      case 1 -> new Filter.OneOf(path(random), List.of(scalar(random), scalar(random)));
      case 2 -> new Filter.Contains(path(random), scalar(random));
      case 3 -> new Filter.StartsWith(path(random), one(random, TEXTS));
      case 4 -> new Filter.Present(path(random));
      case 5 -> new Filter.Not(filter(random, depth - 1));
      case 6 -> new Filter.All(List.of(filter(random, depth - 1), filter(random, depth - 1)));
      default -> new Filter.Any(List.of(filter(random, depth - 1), filter(random, depth - 1)));
    };
  }

  private static Filter compare(Random random) {
    Scalar value = scalar(random);
    List<Comparison> comparisons =
        value instanceof Scalar.Flag
            ? List.of(Comparison.EQUAL, Comparison.UNEQUAL)
            : List.of(Comparison.values());
    return new Filter.Compare(path(random), one(random, comparisons), value);
  }

  private static FieldPath path(Random random) {
    return new FieldPath(
        IntStream.rangeClosed(0, random.nextInt(2)).mapToObj(i -> one(random, NAMES)).toList());
  }

  private static Scalar scalar(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Scalar.Text(one(random, TEXTS));
      case 1 -> new Scalar.Numeric(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 2 -> new Scalar.Flag(random.nextBoolean());
      default ->
          new Scalar.Moment(
              one(
                  random,
                  List.of(
                      Instant.parse("2024-01-31T12:00:00Z"),
                      Instant.parse("2023-12-31T23:59:59.000000001Z"),
                      Instant.parse("1900-01-01T00:00:00Z"))));
    };
  }
}
