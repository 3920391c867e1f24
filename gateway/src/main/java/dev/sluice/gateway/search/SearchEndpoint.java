package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Latencies;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.v1.RetrievalMode;
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
  private final StageTelemetry telemetry;
  private final Latencies latencies;

  public SearchEndpoint(
      SearchPipeline pipeline, Deadlines deadlines, StageTelemetry telemetry, Latencies latencies) {
    this.pipeline = pipeline;
    this.deadlines = deadlines;
    this.telemetry = telemetry;
    this.latencies = latencies;
  }

  @Override
  public void search(SearchRequest request, StreamObserver<SearchResponse> response) {
    SearchPlan plan = plan(request);
    response.onNext(search(plan, deadlines.current(plan.caller().priority())));
    response.onCompleted();
  }

  private SearchResponse search(SearchPlan plan, Deadline deadline) {
    pipeline.requireSource(plan.source());
    StageLatencies known = latencies.of(plan.source().name());
    CallBudget budget =
        CallBudget.within(deadline, known, plan.policies().planned(), telemetry.clock());
    try (StageLog log = telemetry.call("search", known, degradation -> {})) {
      try {
        List<Ranked> results = pipeline.search(plan, budget, log);
        return SearchResponse.newBuilder()
            .addAllResults(results.stream().map(Results::of).toList())
            .addAllDegradations(log.degradations())
            .addAllStageReports(log.reports())
            .build();
      } catch (RuntimeException failure) { // also a bug of ours: its span must say so
        throw log.failed(failure);
      }
    }
  }

  private static SearchPlan plan(SearchRequest request) {
    TextRules.requireReadable("query", request.getQuery());
    Caller caller = Caller.current().withPriority(request.getPriority());
    Source source = Source.of(caller, request.getCollection(), request.getDataSource(), List.of());
    RetrievalMode mode = SearchRules.mode(source, request.getMode());
    var reader = new StagePolicies.Reader(request.getStagePoliciesMap());
    SearchRules.readPolicies(reader, source, mode);
    StagePolicies policies = reader.finish();
    requireReranking(request, policies);
    return new SearchPlan(
        source,
        caller,
        request.getQuery(),
        request.hasTopK() ? request.getTopK() : TOP_K,
        mode,
        policies,
        request.hasRerankCandidateCount()
            ? request.getRerankCandidateCount()
            : SearchPlan.RERANK_CANDIDATES,
        request.hasFusionWeights() ? request.getFusionWeights() : SearchPlan.WEIGHTS,
        request.hasScoreThreshold()
            ? SearchRules.threshold(request.getScoreThreshold(), source, mode, policies)
            : Threshold.NONE,
        SearchRules.filter(request.getFilter(), source),
        SearchRules.after(request.getConsistencyToken(), source));
  }

  private static void requireReranking(SearchRequest request, StagePolicies policies) {
    if (request.hasRerankCandidateCount() && policies.isOff(Stage.RERANK)) {
      throw new Failure.InvalidInput(
          "rerank_candidate_count", "says how many to rerank, and \"rerank\" is OFF");
    }
  }
}
