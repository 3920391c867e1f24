package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.upstream.Reply;
import dev.sluice.gateway.upstream.RerankUpstream;
import dev.sluice.gateway.v1.Score;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StagePolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The rerank stage: sends the best candidates to the rerank-service with their BM25, and puts them
 * in its order. The others follow in the order they had.
 */
public final class Reranking {

  private static final String STAGE = "rerank";

  private final RerankUpstream upstream;

  public Reranking(RerankUpstream upstream) {
    this.upstream = upstream;
  }

  List<Ranked> rerank(
      SearchPlan plan, List<Ranked> ranked, CallBudget budget, double share, StageLog log) {
    if (plan.rerank() == StagePolicy.OFF) {
      return ranked;
    }
    if (ranked.isEmpty()) {
      log.skipped(STAGE);
      return ranked;
    }
    if (plan.rerank() == StagePolicy.REQUIRED) {
      return rerankNow(plan, ranked, budget, 1, log);
    }
    try {
      return rerankNow(plan, ranked, budget, share, log);
    } catch (Failure failure) {
      log.mask(STAGE, failure, Effect.RERANK_SKIPPED);
      return ranked;
    }
  }

  private List<Ranked> rerankNow(
      SearchPlan plan, List<Ranked> ranked, CallBudget budget, double share, StageLog log) {
    int count = Math.min(plan.rerankCandidates(), ranked.size());
    List<Ranked> candidates = ranked.subList(0, count);
    RerankResponse response =
        log.run(
            STAGE,
            report -> {
              Reply<RerankResponse> reply =
                  upstream.rerank(request(plan, candidates), budget.share(share));
              report.mergeFrom(reply.response().getStageReport()).setAttemptCount(reply.attempts());
              return reply.response();
            });
    if (response.getQueryTruncated()) {
      log.degrade(
          STAGE,
          Reason.INPUT_TRUNCATED,
          Effect.EFFECT_UNSPECIFIED,
          "the reranking model could not read all of the query");
    }
    List<Ranked> reordered = new ArrayList<>(ranked.size());
    for (RerankResult result : response.getResultsList()) {
      reordered.add(
          candidates
              .get(result.getIndex())
              .decidedBy(Fusion.score(Score.Kind.RERANK, result.getRelevanceScore())));
    }
    reordered.addAll(ranked.subList(count, ranked.size()));
    return reordered;
  }

  private static RerankRequest request(SearchPlan plan, List<Ranked> candidates) {
    RerankRequest.Builder request =
        RerankRequest.newBuilder().setQuery(plan.query()).setPriority(plan.caller().priority());
    candidates.forEach(ranked -> request.addDocuments(document(ranked.candidate())));
    return request.build();
  }

  private static RerankDocument.Builder document(Candidate candidate) {
    RerankDocument.Builder document =
        RerankDocument.newBuilder()
            .setId(candidate.passage().chunkId())
            .setText(candidate.passage().embeddedText());
    Double bm25 = candidate.bm25();
    if (bm25 != null) {
      document.setFirstStageScore(bm25);
    }
    return document;
  }
}
