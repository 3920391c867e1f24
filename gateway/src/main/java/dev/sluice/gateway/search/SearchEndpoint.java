package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc.SearchServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The wire side of search. */
public final class SearchEndpoint extends SearchServiceImplBase {

  private static final int TOP_K = 10;

  private final SearchPipeline pipeline;
  private final Deadlines deadlines;
  private final StageMetrics metrics;
  private final StageLatencies latencies;

  public SearchEndpoint(
      SearchPipeline pipeline,
      Deadlines deadlines,
      StageMetrics metrics,
      StageLatencies latencies) {
    this.pipeline = pipeline;
    this.deadlines = deadlines;
    this.metrics = metrics;
    this.latencies = latencies;
  }

  @Override
  public void search(SearchRequest request, StreamObserver<SearchResponse> response) {
    SearchPlan plan = plan(request);
    Deadline deadline = deadlines.current(plan.caller().priority());
    CallBudget budget = CallBudget.within(deadline, latencies, plan.policies());
    StageLog log = new StageLog(metrics, latencies, degradation -> {});
    try {
      List<Ranked> results = pipeline.search(plan, budget, log);
      response.onNext(
          SearchResponse.newBuilder()
              .addAllResults(results.stream().map(Results::of).toList())
              .addAllDegradations(log.degradations())
              .addAllStageReports(log.reports())
              .build());
      response.onCompleted();
    } catch (Failure.DeadlineExceeded e) {
      throw new Failure.DeadlineExceeded(e.text(), log.reports());
    }
  }

  private static SearchPlan plan(SearchRequest request) {
    TextRules.requireReadable("query", request.getQuery());
    SearchPlan.refuseFilter(request.getFilter());
    Caller caller = Caller.current().withPriority(request.getPriority());
    return new SearchPlan(
        new CollectionKey(caller.tenant(), request.getCollection()),
        caller,
        request.getQuery(),
        request.hasTopK() ? request.getTopK() : TOP_K,
        request.getMode(),
        request.getRerank(),
        request.hasRerankCandidateCount()
            ? request.getRerankCandidateCount()
            : SearchPlan.RERANK_CANDIDATES,
        request.hasFusionWeights() ? request.getFusionWeights() : SearchPlan.WEIGHTS);
  }
}
