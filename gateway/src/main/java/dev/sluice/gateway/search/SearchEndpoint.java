package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc.SearchServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The wire side of search. */
public final class SearchEndpoint extends SearchServiceImplBase {

  private static final int TOP_K = 10;

  /** Nothing follows the reranking but the way back to the caller. */
  private static final double RERANK_SHARE = 0.9;

  private final SearchPipeline pipeline;
  private final Deadlines deadlines;
  private final StageMetrics metrics;

  public SearchEndpoint(SearchPipeline pipeline, Deadlines deadlines, StageMetrics metrics) {
    this.pipeline = pipeline;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  @Override
  public void search(SearchRequest request, StreamObserver<SearchResponse> response) {
    SearchPlan plan = plan(request);
    CallBudget budget = CallBudget.within(deadlines.current(plan.caller().priority()));
    StageLog log = new StageLog(metrics, degradation -> {});
    try {
      List<Ranked> results = pipeline.search(plan, budget, RERANK_SHARE, log);
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
