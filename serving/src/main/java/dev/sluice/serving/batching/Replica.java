package dev.sluice.serving.batching;

/** What is known of one copy of a model: what batches cost there and how far away it is. */
final class Replica {

  /** The part of prediction errors that the margin covers. */
  private static final double COVERED = 0.95;

  private static final double STEP = 0.05;
  private static final long LEAST_MARGIN = 200_000;

  /** A batch of this many tokens is what replicas are compared by. */
  private static final long TYPICAL_TOKENS = 2048;

  private static final long TYPICAL_LENGTH = 128;

  private final CostModel cost = new CostModel();
  private long roundTrip;
  private double margin = LEAST_MARGIN;

  CostModel cost() {
    return cost;
  }

  /** Nanoseconds to the replica and back. */
  long roundTrip() {
    return roundTrip;
  }

  void setRoundTrip(long nanos) {
    roundTrip = nanos;
  }

  /** Nanoseconds that nineteen of twenty predictions are not wrong by. */
  long errorMargin() {
    return (long) margin;
  }

  /** Nanoseconds of a batch of middling size; none while it is not known, so that it is tried. */
  long typicalNanos() {
    return !cost.isKnown() ? 0 : cost.predict(TYPICAL_TOKENS, TYPICAL_LENGTH);
  }

  /** Learns from a batch that ran. The margin is a stochastic approximation of a quantile. */
  void observe(Batch<?, ?> batch, long nanos) {
    double error = Math.abs(nanos - batch.predictedNanos());
    double step = STEP * Math.max(margin, LEAST_MARGIN);
    margin = Math.max(margin + (error > margin ? step * COVERED : -step * (1 - COVERED)), 0);
    margin = Math.max(margin, LEAST_MARGIN);
    cost.observe(batch.tokens(), batch.longest(), nanos);
  }
}
