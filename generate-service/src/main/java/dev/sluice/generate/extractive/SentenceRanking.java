package dev.sluice.generate.extractive;

import dev.sluice.generate.extractive.Passage.Quotable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Orders the sentences of passages by how well they answer a question, by late interaction: {@code
 * maxsim} is the mean, over the question's tokens, of the cosine of the nearest token among some
 * rows; {@code support} is that over the sentence's own rows, in the context of its passage. {@code
 * rank = (support + .5 maxsim(passage) + .1 overlap) / 1.6}. Weights and figures: docs/decisions.
 */
final class SentenceRanking {

  private static final double PASSAGE_WEIGHT = .5;
  private static final double OVERLAP_WEIGHT = .1;

  /**
   * A sentence that may answer.
   *
   * @param document its passage's place in the request
   * @param words exactly as they stand in the document
   * @param overlap the share of the question's words in it
   */
  record Candidate(
      int document, Unit unit, String words, double support, double overlap, double rank) {}

  private SentenceRanking() {}

  /**
   * @param passages in the request's order
   * @param texts theirs
   * @return all quotable sentences, best first; ties as they stand in the request
   */
  static List<Candidate> of(Question question, List<Passage> passages, List<String> texts) {
    List<Candidate> candidates = new ArrayList<>();
    if (question.vectors().isEmpty()) {
      return candidates;
    }
    for (int i = 0; i < passages.size(); i++) {
      candidates.addAll(sentences(question, i, passages.get(i), texts.get(i)));
    }
    candidates.sort(Comparator.comparingDouble(Candidate::rank).reversed());
    return candidates;
  }

  private static List<Candidate> sentences(
      Question question, int document, Passage passage, String text) {
    float[][] cosines = cosines(question, passage.rows());
    double context = maxSim(cosines, new Span(0, passage.rows().count()));
    List<Candidate> candidates = new ArrayList<>();
    for (Quotable quotable : passage.quotables()) {
      String words = quotable.unit().span().of(text);
      double support = maxSim(cosines, quotable.rows());
      double overlap = question.overlap(words);
      double rank =
          (support + PASSAGE_WEIGHT * context + OVERLAP_WEIGHT * overlap)
              / (1 + PASSAGE_WEIGHT + OVERLAP_WEIGHT);
      candidates.add(new Candidate(document, quotable.unit(), words, support, overlap, rank));
    }
    return candidates;
  }

  private static float[][] cosines(Question question, TokenRows rows) {
    float[][] cosines = new float[question.vectors().size()][rows.count()];
    for (int token = 0; token < cosines.length; token++) {
      for (int row = 0; row < rows.count(); row++) {
        cosines[token][row] = rows.cosine(question.vectors().get(token), row);
      }
    }
    return cosines;
  }

  private static double maxSim(float[][] cosines, Span rows) {
    double sum = 0;
    for (float[] token : cosines) {
      float nearest = -1;
      for (int row = rows.start(); row < rows.end(); row++) {
        nearest = Math.max(nearest, token[row]);
      }
      sum += nearest;
    }
    return sum / cosines.length;
  }
}
