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
import dev.sluice.serving.models.Models;
import dev.sluice.type.v1.StageReport;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.OptionalDouble;

/** The wire side of the rerank-service: checks, waits for the model, orders, answers. */
final class RerankEndpoint extends RerankServiceImplBase {

  private final Models<RerankModel> models;
  private final Deadlines deadlines;
  private final RerankMetrics metrics;

  RerankEndpoint(Models<RerankModel> models, Deadlines deadlines, RerankMetrics metrics) {
    this.models = models;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  @Override
  public void rerank(RerankRequest request, StreamObserver<RerankResponse> response) {
    long start = System.nanoTime();
    check(request);
    Caller caller = Caller.current().withPriority(request.getPriority());
    try (var lease = models.lease(request.getModel())) {
      var call = new Call(request, lease.model(), start);
      Scoring scoring = score(call, caller);
      metrics.scored(call.model().name(), scoring);
      response.onNext(answer(call, scoring));
    }
    response.onCompleted();
  }

  /** What a call asks, which model answers, and when it came. */
  private record Call(RerankRequest request, RerankModel model, long start) {}

  private static void check(RerankRequest request) {
    TextRules.requireReadable("query", request.getQuery());
    for (int i = 0; i < request.getDocumentsCount(); i++) {
      TextRules.requireReadable("documents[" + i + "].text", request.getDocuments(i).getText());
    }
  }

  private Scoring score(Call call, Caller caller) {
    Deadline deadline = deadlines.current(caller.priority());
    try {
      return caller.during(() -> call.model().score(candidates(call.request(), caller), deadline));
    } catch (Failure.DeadlineExceeded late) {
      StageReport report =
          report(StageReport.newBuilder(), call).setOutcome(StageReport.Outcome.FAILED).build();
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

  private static RerankResponse answer(Call call, Scoring scoring) {
    RerankRequest request = call.request();
    List<RerankResult> results =
        Ranking.of(scoring.scores(), request.getTopN()).stream()
            .map(i -> result(i, request.getDocuments(i), scoring.scores().get(i)))
            .toList();
    return RerankResponse.newBuilder()
        .addAllResults(results)
        .setModel(call.model().name())
        .setModelFingerprint(call.model().fingerprint())
        .setQueryTruncated(scoring.queryTruncated())
        .setStageReport(
            report(scoring.timing().fill(StageReport.newBuilder()), call)
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

  private static StageReport.Builder report(StageReport.Builder report, Call call) {
    return report
        .setStage("rerank")
        .setModel(call.model().name())
        .setAttemptCount(1)
        .setInputCount(call.request().getDocumentsCount())
        .setTotalTime(Durations.fromNanos(System.nanoTime() - call.start()));
  }
}
