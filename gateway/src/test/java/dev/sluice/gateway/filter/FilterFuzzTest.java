package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.fuzz.MutatedBytes;
import dev.sluice.serving.fuzz.RandomMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts that are filters, nearly filters, and nothing of the kind. */
class FilterFuzzTest {

  private static final List<String> TOKENS =
      List.of(
          "a",
          "a.b",
          "this[\"x y\"]",
          "this",
          "a[0]",
          "1",
          "-1",
          "1u",
          "1.5",
          "1e999",
          "-1e-999",
          "9223372036854775808",
          "18446744073709551616u",
          "true",
          "null",
          "'x'",
          "\"\\ud800\"",
          "\"\\U00110000\"",
          "'\\x00'",
          "r'\\'",
          "b'x'",
          "'''a'''",
          "timestamp('2024-01-31T12:00:00Z')",
          "timestamp('2024-01-31T12:00:00.123456789+18:00')",
          "timestamp(a)",
          "has(a.b)",
          "has(a)",
          "has(1)",
          "[",
          "]",
          "(",
          ")",
          "{",
          "}",
          "&&",
          "||",
          "!",
          "==",
          "!=",
          "<",
          ">=",
          " in ",
          "[1, 'a']",
          "[]",
          ",",
          ".",
          "?",
          ":",
          "+",
          "-",
          "a.startsWith('x')",
          "startsWith(",
          "a.all(x, x)",
          "size(a)",
          "matches",
          "//",
          "\n",
          "`",
          "a.?b",
          "dyn(a)",
          "$",
          "\\",
          "'");

  @Test
  void aTextIsAFilterOrIsRefusedInOneLine() {
    Fuzz.run("texts as filters", 400, FilterFuzzTest::text);
  }

  @Test
  void aFilterThatIsPrintedIsReadAsTheSameFilter() {
    Fuzz.run("filters, printed and read", 150, FilterFuzzTest::printed);
  }

  @Test
  void typesOfMetadataAreReadOrRefused() {
    Fuzz.run("names of metadata", 300, FilterFuzzTest::names);
  }

  static void text(Random random) {
    String text = of(random);
    try {
      Filter filter = FilterParser.parse(text);
      filter.matches(metadata(random));
      assertThat(FilterParser.parse(text)).isEqualTo(filter);
      assertThat(FilterParser.parse(PrintedFilter.of(filter))).isEqualTo(filter);
    } catch (InvalidInput refused) {
      assertThat(refused.violations()).hasSize(1);
      assertThat(refused.violations().getFirst().field()).isEqualTo("filter");
      assertThat(refused.text()).doesNotContain("\n").hasSizeLessThan(400);
    }
  }

  static String of(Random random) {
    StringBuilder text = new StringBuilder();
    switch (random.nextInt(6)) {
      case 0 -> text.append(HostileText.of(random));
      case 1 -> text.append(nested(random));
      case 2 -> {
        String printed = PrintedFilter.of(RandomFilter.of(random, 3));
        text.append(
            new String(
                MutatedBytes.of(random, printed.getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8));
      }
      default -> {
        for (int i = random.nextInt(12); i >= 0; i--) {
          text.append(TOKENS.get(random.nextInt(TOKENS.size())));
        }
      }
    }
    return text.substring(0, Math.min(text.length(), 8192));
  }

  private static String nested(Random random) {
    int depth = random.nextInt(1300);
    return switch (random.nextInt(6)) {
      case 0 -> "(".repeat(depth) + "a" + ")".repeat(depth);
      case 1 -> "!".repeat(depth) + "a";
      case 2 -> "a" + ".a".repeat(depth);
      case 3 -> "a==1" + "&&a==1".repeat(depth);
      case 4 -> "a" + "[\"a\"]".repeat(depth);
      default -> "a in [" + "1,".repeat(depth) + "1]";
    };
  }

  static void printed(Random random) {
    Filter filter = RandomFilter.of(random, 3);
    Filter read = FilterParser.parse(PrintedFilter.of(filter));
    assertThat(FilterParser.parse(PrintedFilter.of(read))).isEqualTo(read);
    for (int i = 0; i < 5; i++) {
      Struct metadata = metadata(random);
      assertThat(read.matches(metadata)).isEqualTo(filter.matches(metadata));
    }
  }

  static void names(Random random) {
    String name = random.nextBoolean() ? of(random) : HostileText.of(random);
    FilterParser.field(name)
        .ifPresent(path -> assertThat(FilterParser.field(path.text())).contains(path));
  }

  private static Struct metadata(Random random) {
    try {
      return Struct.parseFrom(
          new RandomMessage(random, Map.of("fields", List.of("a", "b", "x y", "")))
              .of(Struct.getDescriptor())
              .toByteArray());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
