package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document.Format;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Documents of any text: the passages hold all of it, each within the limit, at linear cost. */
class ChunkerFuzzTest {

  private static final List<String> MARKS =
      List.of(
          "# ",
          "## ",
          "###### x\n",
          "- ",
          "1. ",
          "> ",
          "    ",
          "```\n",
          "~~~",
          "---\n",
          "===\n",
          "\n",
          "\n\n",
          "\r\n",
          "\r",
          "\t",
          "<p>",
          "<!--",
          "-->",
          "<![CDATA[",
          "[a]: b\n",
          "|a|b|\n",
          "\\",
          "&#0;",
          "word ",
          "Sentence one. ",
          "e.g. ",
          "\uFEFF",
          "\u2028",
          "\u00A0");
  private static final int LIMIT = 32;

  @Test
  void passagesHoldAllOfADocumentWithinTheLimit() {
    Fuzz.run("documents split", 1_500, ChunkerFuzzTest::split);
  }

  @Test
  void frontMatterEndsWhereALineBegins() {
    Fuzz.run("front matter", 1_000, ChunkerFuzzTest::frontMatter);
  }

  static void split(Random random) {
    String text = of(random);
    String title = random.nextInt(3) == 0 ? HostileText.of(random) : "";
    Format format = random.nextBoolean() ? Format.MARKDOWN : Format.PLAIN_TEXT;
    WordCounter counter = new WordCounter();
    List<Chunk> chunks = new Chunker(counter, LIMIT).split(title, text, format);
    int last = 0;
    for (Chunk chunk : chunks) {
      assertThat(chunk.start()).isBetween(last, chunk.end());
      assertThat(text.substring(last, chunk.start())).isBlank();
      assertThat(cutsPair(text, chunk.start()) || cutsPair(text, chunk.end())).isFalse();
      assertThat(chunk.read(text)).isNotBlank();
      assertThat(WordCounter.count(chunk.read(text))).isLessThanOrEqualTo(LIMIT);
      last = chunk.end();
    }
    assertThat(text.substring(last)).isBlank();
    assertThat(counter.units)
        .as("units counted of %s", text.length())
        .isLessThan(40L * (text.length() + title.length() * (1 + chunks.size())) + 10_000);
    assertThat(new Chunker(new WordCounter(), LIMIT).split(title, text, format)).isEqualTo(chunks);
  }

  private static boolean cutsPair(String text, int at) {
    return at > 0
        && at < text.length()
        && Character.isHighSurrogate(text.charAt(at - 1))
        && Character.isLowSurrogate(text.charAt(at));
  }

  private static String of(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(random.nextInt(10) == 0 ? 300 : 40);
    for (int i = 0; i < parts; i++) {
      switch (random.nextInt(5)) {
        case 0 -> text.append(HostileText.of(random));
        case 1 -> text.append(MARKS.get(random.nextInt(MARKS.size())).repeat(random.nextInt(60)));
        default -> text.append(MARKS.get(random.nextInt(MARKS.size())));
      }
    }
    return text.toString();
  }

  static void frontMatter(Random random) {
    String text = "---" + of(random);
    int end = FrontMatter.end(text);
    assertThat(end).isBetween(0, text.length());
    if (end > 0 && end < text.length()) {
      assertThat(text.charAt(end - 1)).isIn('\n', '\r');
    }
    if (end > 0) {
      assertThat(text.substring(0, end).strip()).endsWith("---");
    }
  }
}
