package dev.sluice.generate.triton;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.Effort;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.batching.BatchTiming;
import dev.sluice.serving.inference.InferenceStream;
import dev.sluice.serving.inference.StreamAnswer;
import java.util.Optional;
import java.util.OptionalDouble;

/** Passes the text of one stream on as it comes, and counts. For one thread, once. */
final class TextStream {

  private final GenerateRequest request;
  private final int maxTokens;
  private final EventSink sink;
  private final TextPieces pieces;
  private final StopTexts stops;
  private int promptTokens;
  private int tokens;
  private Optional<FinishReason> finish = Optional.empty();

  /**
   * @param maxTokens what the server was told
   */
  TextStream(GenerateRequest request, int maxTokens, TextMode mode, EventSink sink) {
    this.request = request;
    this.maxTokens = maxTokens;
    this.sink = sink;
    this.pieces = TextPieces.of(mode);
    this.stops = new StopTexts(request.getStopList());
  }

  /** Reads to the end of the stream, or to a stop text. */
  Completion read(InferenceStream answers) {
    Optional<StreamAnswer> answer = answers.next();
    while (answer.isPresent()) {
      take(Piece.of(answer.get()));
      answer = stops.found() ? Optional.empty() : answers.next();
    }
    pass(stops.add(pieces.end()));
    pass(stops.end());
    return completion();
  }

  private void take(Piece piece) {
    promptTokens = piece.promptTokens().orElse(promptTokens);
    long written = (long) tokens + piece.tokens().orElse(piece.text().isPresent() ? 1 : 0);
    tokens = (int) Math.min(written, Integer.MAX_VALUE);
    finish = piece.finish().or(() -> finish);
    piece.text().map(pieces::add).map(stops::add).ifPresent(this::pass);
  }

  private void pass(String text) {
    if (!text.isEmpty()) {
      sink.text(text);
    }
  }

  private Completion completion() {
    Usage usage =
        Usage.newBuilder()
            .setPromptTokenCount(promptTokens)
            .setCompletionTokenCount(tokens)
            .build();
    var effort = new Effort(0, BatchTiming.NONE, 0, request.getDocumentsCount(), 0, 0);
    return new Completion(finishReason(), usage, OptionalDouble.empty(), effort);
  }

  /** Where the server gives none, it is told by the number of tokens. */
  private FinishReason finishReason() {
    if (stops.found()) {
      return FinishReason.STOP;
    }
    return finish.orElse(tokens < maxTokens ? FinishReason.STOP : FinishReason.LENGTH);
  }
}
