package dev.sluice.gateway.search;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedRequest.Truncate;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.Embedding;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a search: embed the query, retrieve by words and by meaning, fuse, rerank. A stage
 * that the result can do without is masked when it fails for a while, and reported.
 */
public final class SearchPipeline {

  /** Of the time left, what an embedding may take that the search can do without. */
  private static final double OPTIONAL_EMBED_SHARE = 0.5;

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
   * @param rerankShare of the time left, what an optional reranking may take
   * @return at most {@code topK} passages, best first
   */
  public List<Ranked> search(SearchPlan plan, CallBudget budget, double rerankShare, StageLog log) {
    CollectionInfo collection = store.collection(plan.collection());
    QueryVector vector =
        plan.dense() ? embed(plan, collection, budget, log) : QueryVector.NOT_WANTED;
    List<Ranked> ranked = Fusion.rank(retrieve(plan, vector.values(), log), plan.weights());
    vector.requireFound(ranked);
    List<Ranked> best = reranking.rerank(plan, ranked, budget, rerankShare, log);
    return best.subList(0, Math.min(plan.topK(), best.size()));
  }

  private QueryVector embed(
      SearchPlan plan, CollectionInfo collection, CallBudget budget, StageLog log) {
    if (plan.mode() == RetrievalMode.DENSE) {
      return new QueryVector(embedNow(plan, collection, budget, 1, log), null);
    }
    try {
      return new QueryVector(embedNow(plan, collection, budget, OPTIONAL_EMBED_SHARE, log), null);
    } catch (Failure failure) {
      if (budget.spent()) {
        throw failure;
      }
      log.mask("embed", failure, Effect.LEXICAL_ONLY);
      return new QueryVector(null, failure);
    }
  }

  private float[] embedNow(
      SearchPlan plan, CollectionInfo collection, CallBudget budget, double share, StageLog log) {
    EmbedRequest request =
        EmbedRequest.newBuilder()
            .addTexts(plan.query())
            .setInputType(InputType.SEARCH_QUERY)
            .setTruncate(Truncate.END)
            .setPriority(plan.caller().priority())
            .build();
    Embedding embedding =
        log.run(
            "embed",
            report -> {
              Reply<EmbedResponse> reply = embedder.embed(request, budget.share(share));
              report.mergeFrom(reply.response().getStageReport()).setAttemptCount(reply.attempts());
              collection.requireModel(
                  reply.response().getModel(), reply.response().getModelFingerprint());
              return reply.response().getEmbeddings(0);
            });
    if (embedding.getTruncated()) {
      log.degrade(
          "embed",
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
        "retrieve",
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
