package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.v1.FusionWeights;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StagePolicy;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a search is to do, with every default filled in.
 *
 * @param topK passages wanted
 * @param rerank never unspecified
 * @param rerankCandidates passages that are reranked
 */
public record SearchPlan(
    CollectionKey collection,
    Caller caller,
    String query,
    int topK,
    RetrievalMode mode,
    StagePolicy rerank,
    int rerankCandidates,
    FusionWeights weights) {

  /** Passages that are reranked unless the request says otherwise: see docs/decisions/0002. */
  public static final int RERANK_CANDIDATES = 50;

  /** How words and meaning are weighed unless the request says otherwise. */
  public static final FusionWeights WEIGHTS = Fusion.DEFAULT;

  private static final int LEAST_PER_LEG = 100;

  public SearchPlan {
    mode = mode == RetrievalMode.RETRIEVAL_MODE_UNSPECIFIED ? RetrievalMode.HYBRID : mode;
    rerank = rerank == StagePolicy.STAGE_POLICY_UNSPECIFIED ? StagePolicy.OPTIONAL : rerank;
  }

  boolean dense() {
    return mode != RetrievalMode.LEXICAL;
  }

  boolean lexical() {
    return mode != RetrievalMode.DENSE;
  }

  /** Which stages the search has, and whether it can do without them. */
  public Map<Stage, StagePolicy> policies() {
    Map<Stage, StagePolicy> policies = new EnumMap<>(Stage.class);
    if (dense()) {
      policies.put(Stage.EMBED, lexical() ? StagePolicy.OPTIONAL : StagePolicy.REQUIRED);
    }
    policies.put(Stage.RETRIEVE, StagePolicy.REQUIRED);
    if (rerank != StagePolicy.OFF) {
      policies.put(Stage.RERANK, rerank);
    }
    return policies;
  }

  /** Passages that each leg of the retrieval brings. */
  int candidatesPerLeg() {
    return Math.max(LEAST_PER_LEG, Math.max(topK, rerankCandidates));
  }

  /**
   * @throws Failure.Unimplemented for any filter
   */
  public static void refuseFilter(String filter) {
    if (!filter.isEmpty()) {
      throw new Failure.Unimplemented("filter: filters over metadata are not built yet");
    }
  }
}
