package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.SentDocuments;
import dev.sluice.gateway.documents.TokenCounter;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Score.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Finds passages in documents that came with the request: splits them, and orders the passages by
 * their words. Nothing is embedded and nothing is stored.
 */
public final class SentRetrieval {

  private final EmbedUpstream tokens;
  private final SentDocuments documents;

  /**
   * @param tokens counts them
   */
  public SentRetrieval(EmbedUpstream tokens, SentDocuments documents) {
    this.tokens = tokens;
    this.documents = documents;
  }

  /**
   * All passages of the documents that the filter lets pass, those with the query's words first,
   * the others in the order they came.
   */
  List<Ranked> find(SearchPlan plan, List<Document> sent, CallBudget budget, StageLog log) {
    TokenCounter counter =
        texts ->
            tokens.countTokens(texts, budget.deadline()).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    return log.run(
        Stage.RETRIEVE,
        report -> {
          report.setAttemptCount(1).setInputCount(sent.size());
          List<Candidate> candidates =
              documents.candidates(allowed(plan, sent), plan.query(), counter);
          report.setOutputCount(candidates.size());
          return candidates.stream()
              .sorted(Comparator.comparingDouble(SentRetrieval::bm25).reversed())
              .map(each -> new Ranked(each, List.of(Fusion.score(Kind.BM25, bm25(each)))))
              .toList();
        });
  }

  private static List<Document> allowed(SearchPlan plan, List<Document> sent) {
    Filter filter = plan.allowed();
    return filter == null
        ? sent
        : sent.stream().filter(each -> filter.matches(each.getMetadata())).toList();
  }

  private static double bm25(Candidate candidate) {
    return Objects.requireNonNull(candidate.bm25());
  }
}
