package dev.sluice.gateway.filter;

import dev.sluice.serving.fuzz.HostileText;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Filters of all kinds over hostile names and values. */
final class RandomFilter {

  private static final List<String> NAMES =
      List.of("a", "b", "x y", "this", "in", "é", "true", "a1");
  private static final double[] NUMBERS = {0, -0.0, 1, -1, 2.5, 1e18, -1e300, 4.9e-324, 0.1};

  private RandomFilter() {}

  static Filter of(Random random, int depth) {
    FieldPath field = field(random);
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> compare(random, field);
      case 1 ->
          new Filter.OneOf(
              field, IntStream.range(0, random.nextInt(4)).mapToObj(i -> scalar(random)).toList());
      case 2 -> new Filter.Contains(field, scalar(random));
      case 3 -> new Filter.StartsWith(field, text(random));
      case 4 -> new Filter.Present(field);
      case 5 -> new Filter.Not(of(random, depth - 1));
      case 6 -> new Filter.All(List.of(of(random, depth - 1), of(random, depth - 1)));
      default -> new Filter.Any(List.of(of(random, depth - 1), of(random, depth - 1)));
    };
  }

  private static Filter compare(Random random, FieldPath field) {
    Scalar value = scalar(random);
    List<Comparison> comparisons =
        value instanceof Scalar.Flag
            ? List.of(Comparison.EQUAL, Comparison.UNEQUAL)
            : List.of(Comparison.values());
    return new Filter.Compare(field, comparisons.get(random.nextInt(comparisons.size())), value);
  }

  private static FieldPath field(Random random) {
    return new FieldPath(
        IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(i -> name(random)).toList());
  }

  private static String name(Random random) {
    String text = random.nextInt(6) > 0 ? NAMES.get(random.nextInt(NAMES.size())) : text(random);
    int most = Math.min(12, text.codePointCount(0, text.length()));
    return most == 0 ? "b" : text.substring(0, text.offsetByCodePoints(0, most));
  }

  private static Scalar scalar(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Scalar.Text(text(random));
      case 1 -> new Scalar.Numeric(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 2 -> new Scalar.Flag(random.nextBoolean());
      default -> new Scalar.Moment(Instant.ofEpochSecond(random.nextInt(), random.nextInt(3)));
    };
  }

  /** As it comes over the wire, without halves of pairs; and not too long for a filter. */
  private static String text(Random random) {
    return HostileText.of(random)
        .codePoints()
        .filter(point -> point < 0xD800 || point > 0xDFFF)
        .limit(40)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
