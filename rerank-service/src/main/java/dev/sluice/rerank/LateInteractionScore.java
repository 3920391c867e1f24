package dev.sluice.rerank;

/**
 * The formula of late interaction. A document's relevance is the cosine of the pooled vectors, plus
 * the weighted MaxSim of the token vectors (Khattab and Zaharia, ColBERT, 2020, as a mean), plus a
 * lexical part; a logistic function then maps it to (0, 1). The constants were chosen together for
 * BGE-small-en-v1.5: docs/decisions has the measurements.
 */
final class LateInteractionScore {

  private static final double MAX_SIM_WEIGHT = 2.5;
  private static final double FIRST_STAGE_WEIGHT = 0.15;
  private static final double COVERAGE_WEIGHT = 0.3;
  private static final double STEEPNESS = 4.4;
  private static final double MIDDLE = 2.75;

  private LateInteractionScore() {}

  /**
   * The lexical part where the first stage sent its scores.
   *
   * @param best the largest score among the candidates
   */
  static double firstStage(double score, double best) {
    return best > 0 ? FIRST_STAGE_WEIGHT * (score / best) : 0;
  }

  /**
   * The lexical part where it did not.
   *
   * @param coverage the candidates' own BM25 score as a share of the most that the query allows
   */
  static double ownWords(double coverage) {
    return COVERAGE_WEIGHT * coverage;
  }

  /** The document's relevance, in (0, 1). */
  static double relevance(double cosine, double maxSim, double lexical) {
    double sum = cosine + MAX_SIM_WEIGHT * maxSim + lexical;
    return 1 / (1 + Math.exp(-STEEPNESS * (sum - MIDDLE)));
  }
}
