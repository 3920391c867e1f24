package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerSearchResults;
import dev.sluice.gateway.v1.AnswerStarted;
import dev.sluice.gateway.v1.AnswerTextDelta;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.Span;
import dev.sluice.type.v1.StageReport;
import java.util.ArrayList;
import java.util.List;

/** Writes the events of an answer, numbered as they are added. */
final class Answers {

  private final List<AnswerEvent> events = new ArrayList<>();

  Answers() {
    add(AnswerEvent.newBuilder().setStarted(AnswerStarted.getDefaultInstance()));
  }

  Answers found(String document, String... headings) {
    SearchResult result =
        SearchResult.newBuilder()
            .setDocumentId(document)
            .setChunkId(document + "#0")
            .addAllHeadings(List.of(headings))
            .build();
    return add(
        AnswerEvent.newBuilder()
            .setSearchResults(AnswerSearchResults.newBuilder().addResults(result)));
  }

  Answers text(String delta) {
    return add(AnswerEvent.newBuilder().setTextDelta(AnswerTextDelta.newBuilder().setText(delta)));
  }

  Answers cite(int start, int end, String document, String quote) {
    return cite(start, end, document, quote, Verification.EXACT);
  }

  Answers cite(int start, int end, String document, String quote, Verification verification) {
    return add(
        AnswerEvent.newBuilder()
            .setCitation(
                Citation.newBuilder()
                    .setAnswerSpan(Span.newBuilder().setStart(start).setEnd(end))
                    .addSources(
                        CitationSource.newBuilder()
                            .setDocumentId(document)
                            .setChunkId(document + "#0")
                            .setQuote(quote)
                            .setVerification(verification))));
  }

  Answers add(AnswerEvent.Builder event) {
    events.add(event.setSequenceNumber(events.size()).build());
    return this;
  }

  List<AnswerEvent> supported(double score) {
    return completed(AnswerCompleted.newBuilder().setSupportScore(score));
  }

  List<AnswerEvent> abstained(double score) {
    return completed(
        AnswerCompleted.newBuilder()
            .setSupportScore(score)
            .setAbstention(
                Abstention.newBuilder()
                    .setReason(Abstention.Reason.LOW_GROUNDING)
                    .setMessage("no passage supports an answer")));
  }

  private List<AnswerEvent> completed(AnswerCompleted.Builder completed) {
    completed.addStageReports(
        StageReport.newBuilder()
            .setStage("rerank")
            .setOutcome(StageReport.Outcome.COMPLETED)
            .setTotalTime(com.google.protobuf.Duration.newBuilder().setNanos(12_340_000))
            .setInputCount(50)
            .setOutputCount(8)
            .setTokenCount(4321)
            .setModel("bge-small"));
    add(AnswerEvent.newBuilder().setCompleted(completed));
    return List.copyOf(events);
  }

  /** A stream that ends without its last event. */
  List<AnswerEvent> unfinished() {
    return List.copyOf(events);
  }
}
