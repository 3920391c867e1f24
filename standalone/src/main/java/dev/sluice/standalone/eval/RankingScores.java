package dev.sluice.standalone.eval;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How good a ranking is, each in [0, 1], as trec_eval computes it: nDCG with the judged grade as
 * gain and 1 / log2(rank + 1) as discount, against the best possible order of all judged documents;
 * recall; and the reciprocal of the first relevant document's rank. A grade of 0 or less is not
 * relevant.
 */
public record RankingScores(double ndcgAt10, double recallAt10, double recallAt100, double mrr) {

  /** The longest ranking that is looked at. */
  static final int DEPTH = 100;

  /**
   * Scores one query.
   *
   * @param ranking document ids, best first; a repeated one counts where it stands first
   * @param grades the judged documents, at least one of them relevant
   */
  public static RankingScores of(List<String> ranking, Map<String, Integer> grades) {
    List<String> distinct = ranking.stream().distinct().limit(DEPTH).toList();
    Set<String> relevant = new HashSet<>();
    grades.forEach((id, grade) -> relevant.addAll(grade > 0 ? List.of(id) : List.of()));
    return new RankingScores(
        ndcg(distinct, grades, 10),
        recall(distinct, relevant, 10),
        recall(distinct, relevant, 100),
        reciprocalRank(distinct, relevant));
  }

  private static double ndcg(List<String> ranking, Map<String, Integer> grades, int depth) {
    List<Integer> gains =
        ranking.stream().limit(depth).map(id -> grades.getOrDefault(id, 0)).toList();
    List<Integer> ideal =
        grades.values().stream().sorted(Comparator.reverseOrder()).limit(depth).toList();
    double best = discounted(ideal);
    return best == 0 ? 0 : discounted(gains) / best;
  }

  private static double discounted(List<Integer> gains) {
    double sum = 0;
    for (int i = 0; i < gains.size(); i++) {
      sum += Math.max(0, gains.get(i)) * Math.log(2) / Math.log(i + 2.0);
    }
    return sum;
  }

  private static double recall(List<String> ranking, Set<String> relevant, int depth) {
    long found = ranking.stream().limit(depth).filter(relevant::contains).count();
    return relevant.isEmpty() ? 0 : (double) found / relevant.size();
  }

  private static double reciprocalRank(List<String> ranking, Set<String> relevant) {
    for (int i = 0; i < ranking.size(); i++) {
      if (relevant.contains(ranking.get(i))) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }

  /** The mean of each score; 0 of none. */
  public static RankingScores mean(Collection<RankingScores> scores) {
    return new RankingScores(
        mean(scores, RankingScores::ndcgAt10),
        mean(scores, RankingScores::recallAt10),
        mean(scores, RankingScores::recallAt100),
        mean(scores, RankingScores::mrr));
  }

  private static double mean(
      Collection<RankingScores> scores, ToDoubleFunction<RankingScores> score) {
    return scores.stream().mapToDouble(score).average().orElse(0);
  }
}
