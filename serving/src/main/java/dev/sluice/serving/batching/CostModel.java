package dev.sluice.serving.batching;

/**
 * How long a batch takes on one replica, learned from the batches that ran: {@code a + b·T + q·T·L}
 * nanoseconds for {@code T} tokens (padding counted where the model pads) and a longest item of
 * {@code L} tokens.
 *
 * <p>Weighted least squares on relative errors with non-negative coefficients (Lawson and Hanson,
 * Solving Least Squares Problems, 1974, chapter 23; with three coefficients every active set can be
 * tried), exponential forgetting, and Huber's weights (1964), so that a pause does not move it. A
 * batch five times slower or faster than predicted is left out; when several in a row are, the
 * model has changed and is learned anew.
 */
final class CostModel {

  private static final double FORGETTING = 0.995;
  private static final double HUBER = 0.3;
  private static final double OUTLIER = 5;
  private static final int OUTLIERS_IN_A_ROW = 6;
  private static final int ENOUGH = 4;

  /** A batch may take this many times as long as predicted, and a second more. */
  private static final long PATIENCE = 4;

  private static final long MORE_PATIENCE = 1_000_000_000L;

  /**
   * Milliseconds a launch, a thousand tokens, and a million tokens times length: a weak guess.
   * Where the first batch says it is far off, a multiple of it: the weight of a guess far too small
   * would outweigh what is seen.
   */
  private static final double[] PRIOR = {2, 10, 1};

  private static final double PRIOR_WEIGHT = 0.01;
  private static final double NANOS = 1e6;
  private static final double TOKENS = 1e3;
  private static final double TOKENS_LENGTH = 1e6;

  private final double[][] products = new double[3][3];
  private final double[] targets = new double[3];
  private final double[] prior = PRIOR.clone();
  private double[] coefficients = PRIOR.clone();
  private int observations;
  private int outliers;

  /** Starts anew from the guess, or from a multiple when the first batch says it is far off. */
  private void start(double[] inputs, double measured) {
    double guess = 0;
    for (int i = 0; i < 3; i++) {
      guess += PRIOR[i] * inputs[i];
    }
    double ratio = measured / guess;
    double scale = isOutlier(ratio) ? ratio : 1;
    for (int i = 0; i < 3; i++) {
      prior[i] = PRIOR[i] * scale;
      java.util.Arrays.fill(products[i], 0);
      products[i][i] = PRIOR_WEIGHT / (prior[i] * prior[i]);
      targets[i] = products[i][i] * prior[i];
    }
  }

  /** Whether enough batches were seen to rely on it. */
  boolean isKnown() {
    return observations >= ENOUGH;
  }

  /** Nanoseconds of a launch: {@code a}. */
  double launch() {
    return coefficients[0] * NANOS;
  }

  /** Nanoseconds a token: {@code b}. */
  double perToken() {
    return coefficients[1] * NANOS / TOKENS;
  }

  /** Nanoseconds a token and token of length: {@code q}. */
  double quadratic() {
    return coefficients[2] * NANOS / TOKENS_LENGTH;
  }

  /** Nanoseconds that a batch should take. */
  long predict(long tokens, long longest) {
    return (long) (launch() + tokens * (perToken() + quadratic() * longest));
  }

  /** Nanoseconds after which a batch is given up; a very large number while nothing is known. */
  long patience(long tokens, long longest) {
    return isKnown() ? PATIENCE * predict(tokens, longest) + MORE_PATIENCE : Long.MAX_VALUE;
  }

  /** Learns from a batch that ran. */
  void observe(long tokens, long longest, long nanos) {
    double measured = Math.max(nanos, 1) / NANOS;
    double predicted = Math.max(predict(tokens, longest), 1) / NANOS;
    if (isKnown() && isOutlier(measured / predicted)) {
      outliers++;
      if (outliers < OUTLIERS_IN_A_ROW) {
        return;
      }
      observations = 0;
    }
    double[] inputs = {1, tokens / TOKENS, tokens * longest / TOKENS_LENGTH};
    if (observations == 0) {
      start(inputs, measured);
    }
    outliers = 0;
    observations++;
    learn(inputs, measured, predicted);
    coefficients = nonNegativeSolution();
  }

  private static boolean isOutlier(double ratio) {
    return ratio > OUTLIER || ratio < 1 / OUTLIER;
  }

  private void learn(double[] inputs, double measured, double predicted) {
    double error = Math.abs(measured - predicted) / measured;
    double robust = isKnown() ? Math.min(1, HUBER / Math.max(error, 1e-9)) : 1;
    double weight = robust / (measured * measured);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double guess = i == j ? PRIOR_WEIGHT / (prior[i] * prior[i]) : 0;
        products[i][j] =
            FORGETTING * (products[i][j] - guess) + guess + weight * inputs[i] * inputs[j];
      }
      double guess = PRIOR_WEIGHT / prior[i];
      targets[i] = FORGETTING * (targets[i] - guess) + guess + weight * inputs[i] * measured;
    }
  }

  private double[] nonNegativeSolution() {
    double[] best = new double[3];
    double least = Double.POSITIVE_INFINITY;
    for (int active = 1; active < 8; active++) {
      double[] solution = SmallSystem.solve(products, targets, active);
      double loss = loss(solution);
      if (isNonNegative(solution) && loss < least) {
        least = loss;
        best = solution;
      }
    }
    return best;
  }

  private static boolean isNonNegative(double[] solution) {
    return solution[0] >= 0 && solution[1] >= 0 && solution[2] >= 0;
  }

  private double loss(double[] solution) {
    double loss = 0;
    for (int i = 0; i < 3; i++) {
      loss -= 2 * targets[i] * solution[i];
      for (int j = 0; j < 3; j++) {
        loss += products[i][j] * solution[i] * solution[j];
      }
    }
    return loss;
  }
}
