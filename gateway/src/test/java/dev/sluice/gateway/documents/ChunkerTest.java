package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document.Format;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkerTest {

  private static final int LIMIT = 32;

  private final WordCounter counter = new WordCounter();
  private final Chunker chunker = new Chunker(counter, LIMIT);

  private List<Chunk> markdown(String title, String text) {
    return checked(text, chunker.split(title, text, Format.MARKDOWN));
  }

  private List<Chunk> plain(String text) {
    return checked(text, chunker.split("", text, Format.PLAIN_TEXT));
  }

  private static List<String> texts(String text, List<Chunk> chunks) {
    return chunks.stream().map(chunk -> chunk.text(text)).toList();
  }

  /** In order, without overlap, trimmed, cutting no pair, and losing nothing but white space. */
  private static List<Chunk> checked(String text, List<Chunk> chunks) {
    int last = 0;
    for (Chunk chunk : chunks) {
      assertThat(chunk.start()).isGreaterThanOrEqualTo(last);
      assertThat(chunk.end()).isGreaterThanOrEqualTo(chunk.start());
      assertThat(text.substring(last, chunk.start())).isBlank();
      assertThat(chunk.text(text)).isEqualTo(chunk.text(text).strip());
      assertThat(cutsPair(text, chunk.start()) || cutsPair(text, chunk.end())).isFalse();
      assertThat(chunk.read(text)).isNotBlank();
      last = chunk.end();
    }
    assertThat(text.substring(last)).isBlank();
    return chunks;
  }

  private static boolean cutsPair(String text, int at) {
    return at > 0
        && at < text.length()
        && Character.isHighSurrogate(text.charAt(at - 1))
        && Character.isLowSurrogate(text.charAt(at));
  }

  private static String words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
  }

  @Test
  void aShortTextIsOneChunkWithoutSurroundingWhiteSpace() {
    String text = " \r\n\t Hello there. General text. \n ";
    assertThat(texts(text, plain(text))).containsExactly("Hello there. General text.");
  }

  @Test
  void aTextWithoutAWordHasNoChunk() {
    for (String text : List.of("", " ", "\n\r\n\t ", "\u2003\u2028")) {
      assertThat(plain(text)).isEmpty();
      assertThat(markdown("", text)).isEmpty();
    }
  }

  @Test
  void aTitleAboveABlankTextIsAChunkOfNoText() {
    assertThat(markdown(" Title ", " \n ")).containsExactly(new Chunk(0, 0, List.of(), "Title"));
    assertThat(chunker.split(words(500), "", Format.PLAIN_TEXT).getFirst().header())
        .satisfies(header -> assertThat(WordCounter.count(header)).isBetween(LIMIT / 2, LIMIT));
  }

  @Test
  void chunksEndWhereSentencesEnd() {
    String text = "One two three four five six seven eight nine ten eleven twelve. ".repeat(6);
    List<Chunk> chunks = plain(text);
    assertThat(chunks).hasSize(3);
    assertThat(texts(text, chunks)).allSatisfy(chunk -> assertThat(chunk).endsWith("twelve."));
  }

  @Test
  void abbreviationsAndLineEndsDoNotEndSentences() {
    String sentence =
        "Yesterday evening Mr. Smith and Mrs. Jones\nwent home with Dr. Brown and Prof. Green.";
    String text = sentence + " " + sentence + " " + sentence;
    assertThat(texts(text, plain(text))).containsExactly(sentence, sentence, sentence);
  }

  @Test
  void noChunkIsLongerThanTheLimit() {
    String text = (words(7) + ". " + words(90) + ". " + words(20) + "!\n\n").repeat(20);
    for (Chunk chunk : markdown("A title of words", text)) {
      assertThat(WordCounter.count(chunk.read(text))).isLessThanOrEqualTo(LIMIT);
    }
  }

  @Test
  void chunksAreFilledWhereTheTextLetsThem() {
    String text = words(3000);
    assertThat(plain(text)).hasSizeLessThanOrEqualTo(3000 * 10 / (LIMIT * 7));
  }

  @Test
  void paragraphsThatFitStayWhole() {
    String first = words(20) + ".";
    String second = "Short. " + words(18) + ".";
    String text = first + "\n\n" + second;
    assertThat(texts(text, plain(text))).containsExactly(first, second);
    assertThat(texts(text, markdown("", text))).containsExactly(first, second);
  }

  @Test
  void headingsBeginChunksAndNameThem() {
    String text = "intro\n\n# One\nfirst\n\n## Two *of* `it`\nsecond\n\nThree\n=====\nthird\n";
    List<Chunk> chunks = markdown("", text);
    assertThat(texts(text, chunks))
        .containsExactly(
            "intro", "# One\nfirst", "## Two *of* `it`\nsecond", "Three\n=====\nthird");
    assertThat(chunks)
        .extracting(Chunk::headings)
        .containsExactly(List.of(), List.of("One"), List.of("One", "Two of it"), List.of("Three"));
  }

  @Test
  void theHeaderNamesWhatThePassageDoesNotBeginWith() {
    String text = "# One\n\n" + words(25) + ".\n\n" + words(24) + ".\n\n## Two\n\nsecond";
    assertThat(markdown("Title", text))
        .extracting(Chunk::header)
        .containsExactly("Title", "Title > One", "Title > One");
    assertThat(markdown("Title", text).getLast().read(text))
        .isEqualTo("Title > One\n## Two\n\nsecond");
  }

  @Test
  void theTitleStandsBeforeEveryPassageAndIsNoHeadingAsWell() {
    String text = "# Title\n\n" + words(25) + ".\n\n" + words(24) + ".";
    assertThat(markdown("title", text)).extracting(Chunk::header).containsExactly("title", "title");
    String plain = "The title. And more text.";
    assertThat(chunker.split("the title", plain, Format.PLAIN_TEXT))
        .extracting(Chunk::header)
        .containsExactly("the title");
  }

  @Test
  void aLongHeaderIsCutToAQuarter() {
    String text = "# " + words(500) + "\n\n" + words(100);
    List<Chunk> chunks = markdown(words(300), text);
    assertThat(chunks)
        .allSatisfy(chunk -> {
          assertThat(WordCounter.count(chunk.header())).isBetween(1, LIMIT / 4);
          assertThat(WordCounter.count(chunk.read(text))).isLessThanOrEqualTo(LIMIT);
          assertThat(chunk.headings().getFirst()).hasSizeLessThanOrEqualTo(256);
        });
  }

  @Test
  void aHeadingIsNoChunkOfItsOwnWhenAParagraphFollows() {
    String text = "# One\n\n## Two\n\ntext\n\n# Three\n\n" + words(31) + ". More.\n\n# Last";
    List<Chunk> chunks = markdown("", text);
    assertThat(texts(text, chunks).getFirst()).isEqualTo("# One\n\n## Two\n\ntext");
    assertThat(texts(text, chunks).get(1)).startsWith("# Three\n\nword0 word1");
    assertThat(texts(text, chunks).getLast()).isEqualTo("# Last");
  }

  @Test
  void frontMatterBelongsToTheFirstSectionAndIsNoHeading() {
    String text = "---\ntitle: x\nrank: 5\n---\n\n### Deep\n\ntext\n\n---\n\n### Other\n\nmore";
    List<Chunk> chunks = markdown("", text);
    assertThat(texts(text, chunks))
        .containsExactly(
            "---\ntitle: x\nrank: 5\n---\n\n### Deep\n\ntext\n\n---", "### Other\n\nmore");
    assertThat(chunks)
        .extracting(Chunk::headings)
        .containsExactly(List.of("Deep"), List.of("Other"));
  }

  @Test
  void aRuleIsNoChunkOfItsOwn() {
    String text = "---\n\n# One\n\ntext";
    assertThat(texts(text, markdown("", text))).containsExactly(text);
  }

  @Test
  void aHashInCodeIsNoHeading() {
    String text =
        "# Real\n\n```sh\n# not a heading\nls\n```\n\n    # nor this\n\n~~~\n# nor that\n~~~";
    assertThat(markdown("", text)).extracting(Chunk::headings).containsExactly(List.of("Real"));
  }

  @Test
  void longCodeIsSplitBetweenLines() {
    String text = "```\n" + "call(argument, other); // comment\n".repeat(20) + "```\n";
    assertThat(texts(text, markdown("", text)).subList(1, 4))
        .allSatisfy(chunk -> assertThat(chunk).startsWith("call(").endsWith("// comment"));
  }

  @Test
  void longListsAreSplitBetweenItems() {
    String item = "- " + words(12) + "\n";
    String text = "Intro:\n\n" + item.repeat(6) + "\nAfter.";
    assertThat(texts(text, markdown("", text)))
        .allSatisfy(chunk -> assertThat(chunk).matches("(?s)(Intro|- word0|After).*"));
  }

  @Test
  void lineEndsOfEveryKindBorderBlocks() {
    String text = "# One\r\n\r\nfirst\r\n\r\n# Two\r\rsecond";
    assertThat(texts(text, markdown("", text)))
        .containsExactly("# One\r\n\r\nfirst", "# Two\r\rsecond");
  }

  @Test
  void oddTextLosesNothing() {
    for (String text :
        List.of(
            "\u0000",
            "a\u0000b \u0000",
            "# ",
            "#\n##\n###",
            "# only\n# headings",
            "```",
            "```\n# open fence",
            "> quote\n> # inside\nlazy",
            "[label]: http://x 'title'\n\n[other]: <y>",
            "<div>\n# html\n</div>",
            "\uFEFF# bom",
            "---\ntitle: x\n---\ntext",
            "---\ntitle: x\n---",
            "---\n---",
            "---",
            "😀".repeat(500),
            "مرحبا بالعالم. كيف حالك؟ ".repeat(40),
            "日本語の文章です。次の文です。".repeat(40),
            "\uD83D",
            "\uDE00\uD83D".repeat(300),
            "*".repeat(5000),
            "[".repeat(5000),
            ">".repeat(5000),
            "- ".repeat(3000),
            "1. ".repeat(3000),
            "`".repeat(3001),
            "\ta\n\tb\n\n\tc",
            "|a|b|\n|-|-|\n".repeat(100))) {
      markdown("Title", text);
      plain(text);
    }
  }

  @Test
  void randomTextLosesNothing() {
    Random random = new Random(42);
    String[] parts = {
      "word ",
      "Sentence one. ",
      "\n",
      "\n\n",
      "\r\n",
      "# ",
      "## ",
      "- ",
      "  ",
      "```\n",
      "~~~\n",
      "> ",
      "1. ",
      "😀",
      "é",
      "\u0000",
      "\t",
      "    ",
      "---\n",
      "===\n",
      "<p>",
      "`",
      "*",
      "[a]: b\n",
      "عربي ",
      "\uD800",
      "\uDFFF",
      "loooooooooooooooooooooooooooooooooooooooooooooong"
    };
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(120);
      for (int i = 0; i < length; i++) {
        if (random.nextInt(10) == 0) {
          text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        } else {
          text.append(parts[random.nextInt(parts.length)]);
        }
      }
      markdown(round % 2 == 0 ? "" : "Some title", text.toString());
      plain(text.toString());
    }
  }

  @Test
  void sixteenMebibytesOfOneWordAreSplitInFewCalls() {
    String text = "a".repeat(16 << 20);
    Chunker usual = new Chunker(counter, 256);
    List<Chunk> chunks = checked(text, usual.split("Title", text, Format.MARKDOWN));
    assertThat(chunks).hasSizeLessThan(6000);
    assertThat(counter.calls).isLessThan(100);
    assertThat(counter.mostTexts).isLessThanOrEqualTo(4096);
    assertThat(counter.longestText).isLessThanOrEqualTo(131_072);
  }

  @Test
  void largeTextsOfAnyShapeAreSplit() {
    Chunker usual = new Chunker(counter, 256);
    int size = 3 << 19;
    for (String part :
        List.of(
            "a ",
            "a\n",
            "\n\na",
            "# a\n",
            "- a\n",
            ">",
            "a. ",
            "```\n",
            "word, word; ",
            "[",
            "*a")) {
      String text = part.repeat(size / part.length());
      checkedLightly(text, usual.split("", text, Format.MARKDOWN));
    }
  }

  private static void checkedLightly(String text, List<Chunk> chunks) {
    int covered = chunks.stream().mapToInt(chunk -> chunk.end() - chunk.start()).sum();
    assertThat(covered).isGreaterThan(text.length() / 2);
  }

  @Test
  void aLargeDocumentKeepsItsHeadingsAcrossSlices() {
    String section = "\n## Part\n\n```\n# no heading\n\nmore code\n```\n\n" + words(300) + ".\n";
    String text = "# Book\n" + section.repeat(400);
    List<Chunk> chunks = markdown("", text);
    assertThat(text.length()).isGreaterThan(1 << 19);
    assertThat(chunks.stream().map(Chunk::headings).distinct())
        .containsExactly(List.of("Book", "Part"));
  }

  @Test
  void aUsualDocumentCostsTwoCalls() {
    markdown("Title", "# One\n\n" + ("A sentence " + words(12) + ". ").repeat(50));
    assertThat(counter.calls).isLessThanOrEqualTo(2);
  }
}
