package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import java.util.List;

/**
 * The path of a search: find passages where they are, then rerank the best. A stage that the result
 * can do without is masked when it fails for a while, and reported.
 */
public final class SearchPipeline {

  private final StoredRetrieval stored;
  private final ExternalRetrieval external;
  private final SentRetrieval sent;
  private final Reranking reranking;

  public SearchPipeline(
      StoredRetrieval stored, ExternalRetrieval external, SentRetrieval sent, Reranking reranking) {
    this.stored = stored;
    this.external = external;
    this.sent = sent;
    this.reranking = reranking;
  }

  /**
   * To be called before anything is noted of a search: names are the caller's, and any number.
   *
   * @throws Failure.NotFound for a data source that is not configured
   */
  public void requireSource(Source source) {
    if (source instanceof Source.External named) {
      external.require(named.dataSource());
    }
  }

  /**
   * Runs a search.
   *
   * @return at most {@code topK} passages, best first
   */
  public List<Ranked> search(SearchPlan plan, CallBudget budget, StageLog log) {
    List<Ranked> reranked = reranking.rerank(plan, find(plan, budget, log), budget, log);
    List<Ranked> best = plan.threshold().apply(reranked, log);
    if (best.isEmpty()) {
      log.nothingFound();
    }
    return best.subList(0, Math.min(plan.topK(), best.size()));
  }

  private List<Ranked> find(SearchPlan plan, CallBudget budget, StageLog log) {
    return switch (plan.source()) {
      case Source.Stored collection -> stored.find(plan, collection.key(), budget, log);
      case Source.External source -> external.find(plan, source.dataSource(), budget, log);
      case Source.Sent documents -> sent.find(plan, documents.documents(), budget, log);
    };
  }
}
