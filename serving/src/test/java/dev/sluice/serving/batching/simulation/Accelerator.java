package dev.sluice.serving.batching.simulation;

import java.util.Random;

/**
 * What a batch costs on the simulated machine: {@code a + b·T + q·T·L} nanoseconds, {@code T} the
 * tokens of the batch ({@code n·L} when the backend pads, else the sum of the lengths) and {@code
 * L} the longest item rounded up to 8, with a normally distributed relative error.
 *
 * @param a nanoseconds a launch
 * @param b nanoseconds a token
 * @param q nanoseconds a token and token of length
 * @param padded whether the backend pads each item to the longest of its batch
 * @param slots batches that run side by side
 * @param roundTrip nanoseconds that a batch and its answer travel, both ways together
 * @param noise standard deviation of the relative error
 */
public record Accelerator(
    double a, double b, double q, boolean padded, int slots, long roundTrip, double noise) {

  /** A small encoder on a GPU: 3 ms a launch, 5 µs a token, 1.2 ns a token and token of length. */
  public static final Accelerator GPU = new Accelerator(3e6, 5e3, 1.2, true, 1, 0, 0.04);

  /** The same on a backend that packs. */
  public Accelerator packed() {
    return new Accelerator(a, b, q, false, slots, roundTrip, noise);
  }

  public Accelerator withSlots(int slots) {
    return new Accelerator(a, b, q, padded, slots, roundTrip, noise);
  }

  public Accelerator withRoundTrip(long nanos) {
    return new Accelerator(a, b, q, padded, slots, nanos, noise);
  }

  public Accelerator withCost(double a, double b, double q) {
    return new Accelerator(a, b, q, padded, slots, roundTrip, noise);
  }

  /** Nanoseconds of a batch without noise. */
  public double expected(int items, int longest, long sum) {
    long length = roundUp(longest);
    double tokens = padded ? (double) items * length : sum;
    return a + b * tokens + q * tokens * length;
  }

  /** Nanoseconds of a batch. */
  public long run(int items, int longest, long sum, Random random) {
    double factor = Math.max(0.5, 1 + noise * random.nextGaussian());
    return (long) (expected(items, longest, sum) * factor);
  }

  /**
   * Requests a second at load 1.0: the machine busy all the time, no padding, a tenth of the time
   * spent on launches.
   */
  public double idealRate(double meanTokens, double meanSquareTokens) {
    double nanos = b * meanTokens + q * meanSquareTokens;
    return slots * 0.9e9 / nanos;
  }

  private static long roundUp(long tokens) {
    return (tokens + 7) / 8 * 8;
  }
}
