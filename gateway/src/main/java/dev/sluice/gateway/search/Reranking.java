package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.TextCuts;
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
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The rerank stage: sends the best candidates to the rerank-service with their BM25, and puts them
 * in its order. The others follow in the order they had.
 */
public final class Reranking {

  private static final Stage STAGE = Stage.RERANK;

  /** Reranking fewer than this is not worth the call, unless there are or should be no more. */
  private static final int FEWEST = 10;

  /** What the rerank-service takes; no model reads as far. */
  private static final int LONGEST_TEXT = 131_072;

  private final RerankUpstream upstream;

  public Reranking(RerankUpstream upstream) {
    this.upstream = upstream;
  }

  List<Ranked> rerank(SearchPlan plan, List<Ranked> ranked, CallBudget budget, StageLog log) {
    if (plan.policies().isOff(STAGE)) {
      return ranked;
    }
    if (ranked.isEmpty()) {
      log.skipped(STAGE);
      return ranked;
    }
    int wanted = Math.min(plan.rerankCandidates(), ranked.size());
    OptionalInt count = budget.documents(wanted, FEWEST);
    if (count.isEmpty()) {
      log.skipped(STAGE, Effect.RERANK_SKIPPED);
      return ranked;
    }
    if (count.getAsInt() < wanted) {
      log.shortened(
          STAGE,
          Effect.FEWER_CANDIDATES,
          "time was left for " + count.getAsInt() + " of " + wanted + " candidates");
    }
    try {
      return rerankNow(plan, ranked, count.getAsInt(), budget.reranking(), log);
    } catch (Failure failure) {
      if (plan.policies().isRequired(STAGE)) {
        throw failure;
      }
      log.mask(STAGE, failure, Effect.RERANK_SKIPPED);
      return ranked;
    }
  }

  private List<Ranked> rerankNow(
      SearchPlan plan, List<Ranked> ranked, int count, Deadline deadline, StageLog log) {
    List<Ranked> candidates = ranked.subList(0, count);
    RerankResponse response =
        log.run(
            STAGE,
            report -> {
              report.setInputCount(count);
              Reply<RerankResponse> reply = upstream.rerank(request(plan, candidates), deadline);
              report.mergeFrom(reply.response().getStageReport()).setAttemptCount(reply.attempts());
              RerankContract.check(reply.response(), count);
              return reply.response();
            });
    reportTruncations(response, log);
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

  private static void reportTruncations(RerankResponse response, StageLog log) {
    if (response.getQueryTruncated()) {
      truncated("the reranking model could not read all of the query", log);
    }
    long cut = response.getResultsList().stream().filter(RerankResult::getTruncated).count();
    if (cut > 0) {
      truncated("the reranking model could not read all of " + cut + " passages", log);
    }
  }

  private static void truncated(String message, StageLog log) {
    log.degrade(STAGE, Reason.INPUT_TRUNCATED, Effect.EFFECT_UNSPECIFIED, message);
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
            .setText(TextCuts.prefix(candidate.passage().embeddedText(), LONGEST_TEXT));
    Double bm25 = candidate.bm25();
    if (bm25 != null) {
      document.setFirstStageScore(bm25);
    }
    return document;
  }
}
