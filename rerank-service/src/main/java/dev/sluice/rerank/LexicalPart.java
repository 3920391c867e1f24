package dev.sluice.rerank;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The lexical part of each candidate's score, from the first stage or from the candidates. */
final class LexicalPart {

  private LexicalPart() {}

  /**
   * One number for each document, in order.
   *
   * @param caller asked at each document whether it still waits
   */
  static double[] of(Candidates candidates, WaitingCaller caller) {
    List<OptionalDouble> sent =
        candidates.documents().stream().map(Candidate::firstStageScore).toList();
    return sent.stream().allMatch(OptionalDouble::isPresent)
        ? firstStage(sent.stream().mapToDouble(OptionalDouble::getAsDouble).toArray())
        : ownWords(candidates, caller);
  }

  private static double[] firstStage(double[] scores) {
    double best = 0;
    for (double score : scores) {
      best = Math.max(best, score);
    }
    double[] parts = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      parts[i] = LateInteractionScore.firstStage(scores[i], best);
    }
    return parts;
  }

  private static double[] ownWords(Candidates candidates, WaitingCaller caller) {
    List<List<String>> documents = new ArrayList<>(candidates.documents().size());
    for (Candidate document : candidates.documents()) {
      caller.check();
      documents.add(Words.of(document.text()));
    }
    double[] parts = new CandidateBm25(documents).coverage(Words.of(candidates.query()));
    for (int i = 0; i < parts.length; i++) {
      parts[i] = LateInteractionScore.ownWords(parts[i]);
    }
    return parts;
  }
}
