package dev.sluice.rerank;

import com.google.protobuf.util.Durations;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.rerank.v1.RerankServiceGrpc.RerankServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import dev.sluice.type.v1.StageReport;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.OptionalDouble;

/** The wire side of the rerank-service: checks, waits for the model, orders, answers. */
final class RerankEndpoint extends RerankServiceImplBase {

  private final RerankModel model;
  private final Deadlines deadlines;
  private final RerankMetrics metrics;

  RerankEndpoint(RerankModel model, Deadlines deadlines, RerankMetrics metrics) {
    this.model = model;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  @Override
  public void rerank(RerankRequest request, StreamObserver<RerankResponse> response) {
    long start = System.nanoTime();
    check(request);
    Caller caller = Caller.current().withPriority(request.getPriority());
    Scoring scoring = score(request, caller, start);
    metrics.scored(scoring);
    response.onNext(answer(request, scoring, start));
    response.onCompleted();
  }

  private static void check(RerankRequest request) {
    TextRules.requireReadable("query", request.getQuery());
    for (int i = 0; i < request.getDocumentsCount(); i++) {
      TextRules.requireReadable("documents[" + i + "].text", request.getDocuments(i).getText());
    }
  }

  private Scoring score(RerankRequest request, Caller caller, long start) {
    Deadline deadline = deadlines.current(caller.priority());
    try {
      return caller.during(() -> model.score(candidates(request, caller), deadline));
    } catch (Failure.DeadlineExceeded late) {
      StageReport report =
          report(StageReport.newBuilder(), request, start)
              .setOutcome(StageReport.Outcome.FAILED)
              .build();
      throw new Failure.DeadlineExceeded(late.text(), List.of(report));
    }
  }

  private static Candidates candidates(RerankRequest request, Caller caller) {
    return new Candidates(
        caller.tenant(),
        request.getQuery(),
        request.getDocumentsList().stream().map(RerankEndpoint::candidate).toList(),
        request.getMaxTokensPerDoc());
  }

  private static Candidate candidate(RerankDocument document) {
    return new Candidate(
        document.getText(),
        document.hasFirstStageScore()
            ? OptionalDouble.of(document.getFirstStageScore())
            : OptionalDouble.empty());
  }

  private RerankResponse answer(RerankRequest request, Scoring scoring, long start) {
    List<RerankResult> results =
        Ranking.of(scoring.scores(), request.getTopN()).stream()
            .map(i -> result(i, request.getDocuments(i), scoring.scores().get(i)))
            .toList();
    return RerankResponse.newBuilder()
        .addAllResults(results)
        .setModel(model.name())
        .setModelFingerprint(model.fingerprint())
        .setQueryTruncated(scoring.queryTruncated())
        .setStageReport(
            report(scoring.timing().fill(StageReport.newBuilder()), request, start)
                .setOutcome(StageReport.Outcome.COMPLETED)
                .setBatchTime(Durations.fromNanos(scoring.preparationNanos()))
                .setOutputCount(results.size())
                .setCacheHitCount(scoring.cacheHits()))
        .build();
  }

  private static RerankResult result(int index, RerankDocument document, Score score) {
    return RerankResult.newBuilder()
        .setIndex(index)
        .setId(document.getId())
        .setRelevanceScore(score.value())
        .setTruncated(score.truncated())
        .build();
  }

  private StageReport.Builder report(
      StageReport.Builder report, RerankRequest request, long start) {
    return report
        .setStage("rerank")
        .setModel(model.name())
        .setAttemptCount(1)
        .setInputCount(request.getDocumentsCount())
        .setTotalTime(Durations.fromNanos(System.nanoTime() - start));
  }
}
