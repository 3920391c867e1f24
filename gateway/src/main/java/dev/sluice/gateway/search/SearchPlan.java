package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.WritePosition;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.WrittenFilter;
import dev.sluice.gateway.v1.FusionWeights;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.serving.caller.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What a search is to do, with every default filled in.
 *
 * @param topK passages wanted
 * @param mode never unspecified; for a collection only
 * @param rerankCandidates passages that are reranked
 * @param filter which documents to search; all without it
 * @param after a write that must be seen; for a collection only
 */
public record SearchPlan(
    Source source,
    Caller caller,
    String query,
    int topK,
    RetrievalMode mode,
    StagePolicies policies,
    int rerankCandidates,
    FusionWeights weights,
    Threshold threshold,
    @Nullable WrittenFilter filter,
    @Nullable WritePosition after) {

  /** Passages that are reranked unless the request says otherwise: see docs/decisions/0002. */
  public static final int RERANK_CANDIDATES = 50;

  /** How words and meaning are weighed unless the request says otherwise. */
  public static final FusionWeights WEIGHTS = Fusion.DEFAULT;

  private static final int LEAST_PER_LEG = 100;

  /** The same search for another query. */
  public SearchPlan withQuery(String other) {
    return new SearchPlan(
        source,
        caller,
        other,
        topK,
        mode,
        policies,
        rerankCandidates,
        weights,
        threshold,
        filter,
        after);
  }

  /** Which documents to search. */
  @Nullable Filter allowed() {
    return filter == null ? null : filter.filter();
  }

  boolean dense() {
    return mode != RetrievalMode.LEXICAL && !policies.isOff(Stage.EMBED);
  }

  boolean lexical() {
    return mode != RetrievalMode.DENSE;
  }

  /** Passages that each leg of the retrieval brings. */
  int candidatesPerLeg() {
    return Math.max(LEAST_PER_LEG, Math.max(topK, rerankCandidates));
  }
}
