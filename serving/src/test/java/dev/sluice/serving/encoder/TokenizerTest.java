package dev.sluice.serving.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TokenizerTest {

  private static final Tokenizer TOKENIZER = new Tokenizer(ModelFiles.embedded().tokenizer());

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static String words(TokenSequence sequence, String text) {
    return IntStream.range(0, sequence.length())
        .filter(i -> !sequence.special()[i])
        .mapToObj(i -> text.substring(sequence.starts()[i], sequence.ends()[i]))
        .collect(Collectors.joining("|"));
  }

  @Test
  void offsetsAreUtf16AlsoAfterEmoji() {
    String text = "😀 the 🚀 rocket é flies";
    TokenSequence sequence = TOKENIZER.encode(text, 512, Truncation.NONE);
    assertThat(words(sequence, text)).contains("the|").contains("|rocket|").endsWith("|flies");
  }

  @Test
  void aTextIsFramedByTheModelsOwnTokens() {
    TokenSequence sequence = TOKENIZER.encode("hello world", 512, Truncation.NONE);
    assertThat(sequence.ids()).containsExactly(101, 7592, 2088, 102);
    assertThat(sequence.special()).containsExactly(true, false, false, true);
    assertThat(TOKENIZER.count("hello world")).isEqualTo(2);
  }

  @Test
  void truncationKeepsTheFrameAndTheOtherEnd() {
    String text = "one two three four five six";
    TokenSequence end = TOKENIZER.encode(text, 5, Truncation.END);
    TokenSequence start = TOKENIZER.encode(text, 5, Truncation.START);
    assertThat(words(end, text)).isEqualTo("one|two|three");
    assertThat(words(start, text)).isEqualTo("four|five|six");
    assertThat(end.truncated()).isTrue();
    assertThat(end.ids()).startsWith(101).endsWith(102);
    assertThat(start.ids()).startsWith(101).endsWith(102);
  }

  @Test
  void truncationAtTheStartKeepsThePrompt() {
    TokenSequence cut = TOKENIZER.encode("query: ", "one two three four", 6, Truncation.START);
    assertThat(words(cut, "query: one two three four")).isEqualTo("query|:|three|four");
  }

  @Test
  void withoutTruncationATooLongTextSaysSo() {
    TokenSequence sequence = TOKENIZER.encode("one two three four", 4, Truncation.NONE);
    assertThat(sequence.length()).isEqualTo(6);
    assertThat(sequence.truncated()).isTrue();
  }

  @Test
  void pairsKeepTheirFirstText() {
    TokenSequence pair = TOKENIZER.encodePair("a query", "a long passage of many words", 8);
    assertThat(pair.length()).isEqualTo(8);
    assertThat(pair.ids()).startsWith(101, 1037, 23032, 102).endsWith(102);
    assertThat(pair.types()).startsWith(0, 0, 0, 0, 1);
  }

  @Test
  void charactersThatAreNoTextAreReadAsSpaces() {
    TokenSequence plain = TOKENIZER.encode("hello  world", 512, Truncation.NONE);
    assertThat(TOKENIZER.encode("hello\0 world", 512, Truncation.NONE)).isEqualTo(plain);
    assertThat(TOKENIZER.encode("hello\ud800 world", 512, Truncation.NONE)).isEqualTo(plain);
    assertThat(TOKENIZER.encode("hello\udc00 world", 512, Truncation.NONE)).isEqualTo(plain);
  }

  @Test
  void noTextHasSpecialTokensInIt() {
    int separator = 102;
    TokenSequence one = TOKENIZER.encode("a [SEP] b[CLS] [PAD]", 512, Truncation.NONE);
    assertThat(one.ids()).startsWith(101).endsWith(separator);
    assertThat(IntStream.range(1, one.length() - 1).filter(i -> one.special()[i])).isEmpty();
    TokenSequence pair = TOKENIZER.encodePair("a [SEP] b", "c [SEP]", 512);
    assertThat(IntStream.range(0, pair.length()).filter(i -> pair.ids()[i] == separator))
        .hasSize(2);
  }

  @Test
  void aTextHasAtLeastAsManyTokensAsWords() {
    assertThat(Tokenizer.least(" one\ttwo  three\n")).isEqualTo(3);
    assertThat(Tokenizer.least("")).isZero();
    List<String> texts =
        List.of(
            "unbelievably long words, don't, 3.14 U.S.",
            "日本 語",
            "\u00a0 a \u2003b\u2028c",
            "\ufffd \ufffd a",
            "a \u200b b \ufeff \u0000 c",
            "a\fb \u0301 e\u0301");
    for (String text : texts) {
      assertThat(Tokenizer.least(text)).as(text).isLessThanOrEqualTo(TOKENIZER.count(text));
    }
  }
}
