package dev.sluice.generate;

import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.Quote;
import dev.sluice.generate.v1.TextDelta;
import dev.sluice.generate.v1.ToolCall;
import java.util.function.Consumer;

/**
 * Puts what a model writes into events.
 *
 * @param events the stream, which blocks while its reader is slow
 */
record EventWriter(Consumer<GenerateEvent> events) implements EventSink {

  @Override
  public void text(String delta) {
    send(event().setTextDelta(TextDelta.newBuilder().setText(delta)));
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    send(
        event()
            .setQuote(
                Quote.newBuilder()
                    .setDocumentIndex(documentIndex)
                    .setText(words)
                    .setAnswerStart(answerStart)
                    .setAnswerEnd(answerEnd)));
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    send(
        event().setToolCall(ToolCall.newBuilder().setId(id).setName(name).setArguments(arguments)));
  }

  private static GenerateEvent.Builder event() {
    return GenerateEvent.newBuilder();
  }

  private void send(GenerateEvent.Builder event) {
    events.accept(event.build());
  }
}
