package dev.sluice.gateway.search;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedRequest.Truncate;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.upstream.Reply;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import io.grpc.Deadline;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The path of a search: embed the query, retrieve by words and by meaning, fuse, rerank. A stage
 * that the result can do without is masked when it fails for a while, and reported.
 */
public final class SearchPipeline {

  private final EmbedUpstream embedder;
  private final Reranking reranking;
  private final DocumentStore store;

  public SearchPipeline(EmbedUpstream embedder, Reranking reranking, DocumentStore store) {
    this.embedder = embedder;
    this.reranking = reranking;
    this.store = store;
  }

  /**
   * Runs a search.
   *
   * @return at most {@code topK} passages, best first
   */
  public List<Ranked> search(SearchPlan plan, CallBudget budget, StageLog log) {
    CollectionInfo collection = store.collection(plan.collection());
    QueryVector vector =
        plan.dense() ? embed(plan, collection, budget, log) : QueryVector.NOT_WANTED;
    List<Ranked> ranked = Fusion.rank(retrieve(plan, vector.values(), log), plan.weights());
    vector.requireFound(ranked);
    List<Ranked> best = reranking.rerank(plan, ranked, budget, log);
    return best.subList(0, Math.min(plan.topK(), best.size()));
  }

  private QueryVector embed(
      SearchPlan plan, CollectionInfo collection, CallBudget budget, StageLog log) {
    Optional<Deadline> slice = budget.slice(Stage.EMBED);
    if (slice.isEmpty()) {
      log.skipped(Stage.EMBED, Effect.LEXICAL_ONLY);
      return new QueryVector(
          null, new Failure.DeadlineExceeded("too little time was left to embed the query"));
    }
    try {
      return new QueryVector(embedNow(plan, collection, slice.get(), log), null);
    } catch (Failure failure) {
      if (budget.spent() || plan.mode() == RetrievalMode.DENSE) {
        throw failure;
      }
      log.mask(Stage.EMBED, failure, Effect.LEXICAL_ONLY);
      return new QueryVector(null, failure);
    }
  }

  private float[] embedNow(
      SearchPlan plan, CollectionInfo collection, Deadline deadline, StageLog log) {
    EmbedRequest request =
        EmbedRequest.newBuilder()
            .addTexts(plan.query())
            .setInputType(InputType.SEARCH_QUERY)
            .setTruncate(Truncate.END)
            .setPriority(plan.caller().priority())
            .build();
    Embedding embedding =
        log.run(
            Stage.EMBED,
            report -> {
              Reply<EmbedResponse> reply = embedder.embed(request, deadline);
              report.mergeFrom(reply.response().getStageReport()).setAttemptCount(reply.attempts());
              collection.requireModel(
                  reply.response().getModel(), reply.response().getModelFingerprint());
              return reply.response().getEmbeddings(0);
            });
    if (embedding.getTruncated()) {
      log.degrade(
          Stage.EMBED,
          Reason.INPUT_TRUNCATED,
          Effect.EFFECT_UNSPECIFIED,
          "the embedding model read only the first "
              + embedding.getTokenCount()
              + " tokens of the query");
    }
    return floats(embedding);
  }

  private static float[] floats(Embedding embedding) {
    var values = embedding.getFloatVector();
    float[] vector = new float[values.getValuesCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.getValues(i);
    }
    return vector;
  }

  private List<Candidate> retrieve(SearchPlan plan, float @Nullable [] vector, StageLog log) {
    return log.run(
        Stage.RETRIEVE,
        report -> {
          String text = plan.lexical() ? plan.query() : null;
          List<Candidate> candidates =
              store.retrieve(
                  plan.collection(), new Retrieval(text, vector, plan.candidatesPerLeg()));
          report.setAttemptCount(1).setInputCount(1).setOutputCount(candidates.size());
          return candidates;
        });
  }
}
