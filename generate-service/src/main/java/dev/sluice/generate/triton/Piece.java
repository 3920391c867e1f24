package dev.sluice.generate.triton;

import com.google.protobuf.ByteString;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.StreamAnswer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an answer of a stream says. All dialects give their outputs the same names and leave out
 * different ones.
 *
 * @param text in UTF-8, not always of whole characters; empty when the answer brings none
 * @param promptTokens read so far
 * @param tokens written since the answer before
 * @param finish why the text ends, in an answer that ends it
 */
record Piece(
    Optional<ByteString> text,
    OptionalInt promptTokens,
    OptionalInt tokens,
    Optional<FinishReason> finish) {

  private static final String TEXT = "text_output";
  private static final String FINISH = "finish_reason";
  private static final String PROMPT_TOKENS = "num_input_tokens";
  private static final String TOKENS = "num_output_tokens";

  /**
   * Reads the outputs, as far as they are there.
   *
   * @throws Failure.Internal when one is not what it should be
   * @throws Failure.Unavailable when the server ends the text without a reason that is the text's
   */
  static Piece of(StreamAnswer answer) {
    return new Piece(
        answer.text(TEXT),
        answer.count(PROMPT_TOKENS),
        answer.count(TOKENS),
        answer.text(FINISH).map(ByteString::toStringUtf8).flatMap(Piece::finish));
  }

  /** The word is Python's: "None" while the text goes on. */
  private static Optional<FinishReason> finish(String word) {
    return switch (word) {
      case "stop" -> Optional.of(FinishReason.STOP);
      case "length" -> Optional.of(FinishReason.LENGTH);
      case "abort", "cancelled", "timeout", "error" ->
          throw new Failure.Unavailable("MODEL_ABORTED", "the model server gave the text up");
      default -> Optional.empty();
    };
  }
}
