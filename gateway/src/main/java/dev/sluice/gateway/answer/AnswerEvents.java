package dev.sluice.gateway.answer;

import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerSearchResults;
import dev.sluice.gateway.v1.AnswerStarted;
import dev.sluice.gateway.v1.AnswerTextDelta;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.type.v1.Degradation;
import java.util.List;
import java.util.function.Consumer;

/** Numbers the events of one answer and hands them on. */
final class AnswerEvents {

  private final Consumer<AnswerEvent> sink;
  private long next;

  AnswerEvents(Consumer<AnswerEvent> sink) {
    this.sink = sink;
  }

  void started() {
    send(AnswerEvent.newBuilder().setStarted(AnswerStarted.getDefaultInstance()));
  }

  /**
   * @param rewrittenQuery what was searched for; empty: the question as it came
   */
  void searchResults(List<SearchResult> results, String rewrittenQuery) {
    send(
        AnswerEvent.newBuilder()
            .setSearchResults(
                AnswerSearchResults.newBuilder()
                    .addAllResults(results)
                    .setRewrittenQuery(rewrittenQuery)));
  }

  void textDelta(String text) {
    send(AnswerEvent.newBuilder().setTextDelta(AnswerTextDelta.newBuilder().setText(text)));
  }

  void citation(Citation citation) {
    send(AnswerEvent.newBuilder().setCitation(citation));
  }

  void degradation(Degradation degradation) {
    send(AnswerEvent.newBuilder().setDegradation(degradation));
  }

  void completed(AnswerCompleted completed) {
    send(AnswerEvent.newBuilder().setCompleted(completed));
  }

  private void send(AnswerEvent.Builder event) {
    sink.accept(event.setSequenceNumber(next++).build());
  }
}
