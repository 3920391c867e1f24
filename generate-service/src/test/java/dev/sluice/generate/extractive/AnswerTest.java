package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.extractive.Answer.Piece;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A token is a word. */
class AnswerTest {

  private static final List<Piece> PIECES =
      List.of(
          new Piece("", "One two three.", 0),
          new Piece(" ", "Four five.", 1),
          new Piece("\n", "Six.", 0));

  static Stream<Arguments> limits() {
    return Stream.of(
        limit(0, List.of(), "One two three. Four five.\nSix.", FinishReason.STOP),
        limit(6, List.of(), "One two three. Four five.\nSix.", FinishReason.STOP),
        limit(5, List.of(), "One two three. Four five.", FinishReason.LENGTH),
        limit(4, List.of(), "One two three.", FinishReason.LENGTH),
        limit(2, List.of(), "One two", FinishReason.LENGTH),
        limit(1, List.of(), "One", FinishReason.LENGTH),
        limit(0, List.of("absent"), "One two three. Four five.\nSix.", FinishReason.STOP),
        limit(0, List.of("five"), "One two three. Four ", FinishReason.STOP),
        limit(0, List.of("Six", "five"), "One two three. Four ", FinishReason.STOP),
        limit(0, List.of(". Four"), "One two three", FinishReason.STOP),
        limit(0, List.of("\n"), "One two three. Four five.", FinishReason.STOP),
        limit(0, List.of("Four"), "One two three.", FinishReason.STOP),
        limit(0, List.of("One"), "", FinishReason.STOP),
        limit(4, List.of("two"), "One ", FinishReason.STOP),
        limit(4, List.of("five"), "One two three.", FinishReason.LENGTH));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void anAnswerKeepsToItsLimits(
      int maxTokens, List<String> stop, String text, FinishReason reason) {
    Answer answer = Answer.within(PIECES, maxTokens, stop, AnswerTest::words);
    assertThat(answer.text()).isEqualTo(text);
    assertThat(answer.finishReason()).isEqualTo(reason);
  }

  @Test
  void nothingIsWrittenWhenNotEvenOneWordFits() {
    Answer answer = Answer.within(PIECES, 1, List.of(), text -> 2 * words(text));
    assertThat(answer.pieces()).isEmpty();
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  private static int words(String text) {
    return text.split("\\s+", -1).length;
  }

  private static Arguments limit(
      int maxTokens, List<String> stop, String text, FinishReason reason) {
    return Arguments.of(maxTokens, stop, text, reason);
  }
}
