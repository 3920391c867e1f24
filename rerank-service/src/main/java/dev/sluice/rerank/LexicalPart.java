package dev.sluice.rerank;

import java.util.List;
import java.util.OptionalDouble;

/** The lexical part of each candidate's score, from the first stage or from the candidates. */
final class LexicalPart {

  private LexicalPart() {}

  /** One number for each document, in order. */
  static double[] of(Candidates candidates) {
    List<OptionalDouble> sent =
        candidates.documents().stream().map(Candidate::firstStageScore).toList();
    return sent.stream().allMatch(OptionalDouble::isPresent)
        ? firstStage(sent.stream().mapToDouble(OptionalDouble::getAsDouble).toArray())
        : ownWords(candidates);
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

  private static double[] ownWords(Candidates candidates) {
    var statistics =
        new CandidateBm25(
            candidates.documents().stream().map(document -> Words.of(document.text())).toList());
    double[] parts = statistics.coverage(Words.of(candidates.query()));
    for (int i = 0; i < parts.length; i++) {
      parts[i] = LateInteractionScore.ownWords(parts[i]);
    }
    return parts;
  }
}
