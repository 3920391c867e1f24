package dev.sluice.rerank;

import dev.sluice.serving.failure.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The order of scored documents: best first, equal ones as they came. */
final class Ranking {

  private Ranking() {}

  /**
   * Indices of the best.
   *
   * @param topN how many; 0 means all
   * @throws Failure.Internal when a score is not a number
   */
  static List<Integer> of(List<Score> scores, int topN) {
    if (scores.stream().anyMatch(score -> Double.isNaN(score.value()))) {
      throw new Failure.Internal("the model gave a score that is not a number");
    }
    return IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores.get(i).value()))
        .limit(topN == 0 ? scores.size() : topN)
        .toList();
  }
}
