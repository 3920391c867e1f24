package dev.sluice.generate.extractive;

import dev.sluice.generate.extractive.SentenceRanking.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * What of a ranking is shown: nothing when the best sentence is not supported well enough, else the
 * best one and up to two that rank nearly as well and say something else.
 */
final class SentenceSelection {

  private static final int MOST = 3;
  private static final double MARGIN = .075;

  private final double threshold;

  /**
   * @param threshold the least support of the best sentence
   */
  SentenceSelection(double threshold) {
    this.threshold = threshold;
  }

  /**
   * @param ranked best first
   * @param hasSubject whether the question has a word that says what it is about; without one, a
   *     sentence must share a word with it
   */
  boolean isSupported(List<Candidate> ranked, boolean hasSubject) {
    return !ranked.isEmpty()
        && ranked.getFirst().support() >= threshold
        && (hasSubject || ranked.getFirst().overlap() > 0);
  }

  /**
   * @param ranked best first
   * @param cosine of two sentences' own vectors
   */
  static List<Candidate> shown(List<Candidate> ranked, ToDoubleBiFunction<String, String> cosine) {
    List<Candidate> shown = new ArrayList<>();
    for (Candidate candidate : ranked) {
      if (shown.size() == MOST || candidate.rank() < ranked.getFirst().rank() - MARGIN) {
        break;
      }
      if (shown.stream().noneMatch(other -> same(other, candidate, cosine))) {
        shown.add(candidate);
      }
    }
    return shown;
  }

  private static boolean same(Candidate a, Candidate b, ToDoubleBiFunction<String, String> cosine) {
    return NearDuplicates.areSame(
        a.words(), b.words(), () -> cosine.applyAsDouble(a.words(), b.words()));
  }
}
