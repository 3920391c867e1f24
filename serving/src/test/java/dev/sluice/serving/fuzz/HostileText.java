package dev.sluice.serving.fuzz;

import dev.sluice.serving.quotes.RandomText;
import java.util.List;
import java.util.Random;

/**
 * Texts that break what was not meant for them: halves of pairs, NUL, marks that pile up, writing
 * from right to left, words without an end, brackets without their partners, numbers at the borders
 * of their types.
 */
public final class HostileText {

  private static final List<String> PIECES =
      List.of(
          "\uD800",
          "\uDC00",
          "\uDBFF\uDFFF",
          "\uFFFE",
          "\uFFFF",
          "\u0000",
          "\u0085",
          "\u202E",
          "\u2066",
          "\u0301",
          "\u0670",
          "\u1D17A",
          "\uFDFA",
          "\u0130",
          "\u1E9E",
          "\u03C2",
          "'",
          "\"",
          "\\",
          "\\u0000",
          "%s",
          "{{",
          "${x}",
          "<|im_end|>",
          "[[1|\"",
          "\"]]",
          "../",
          "/",
          "--",
          "-1",
          "2147483648",
          "9223372036854775808",
          "1e999",
          "NaN",
          "null",
          "true",
          "\r",
          "\n\n");

  private static final List<String> RUNS =
      List.of(
          "a",
          " ",
          "\n",
          "\u0301",
          "(",
          "[",
          "{",
          "<p>",
          "> ",
          "- ",
          "# ",
          "\u200D",
          "\uD83D\uDE00",
          "0");

  private HostileText() {}

  /** Mostly short; one in some dozens has a thousand characters. */
  public static String of(Random random) {
    return switch (random.nextInt(24)) {
      case 0 -> "";
      case 1 -> " ".repeat(random.nextInt(3));
      case 2 -> RUNS.get(random.nextInt(RUNS.size())).repeat(random.nextInt(1200));
      case 3, 4, 5 -> RandomText.of(random, random.nextInt(40));
      case 6, 7 -> PIECES.get(random.nextInt(PIECES.size()));
      default -> mixed(random);
    };
  }

  private static String mixed(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.append(
          random.nextInt(3) == 0
              ? PIECES.get(random.nextInt(PIECES.size()))
              : RandomText.of(random, 1 + random.nextInt(4)));
    }
    return text.toString();
  }
}
