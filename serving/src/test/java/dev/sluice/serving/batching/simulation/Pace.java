package dev.sluice.serving.batching.simulation;

import java.util.random.RandomGenerator;

/**
 * How arrivals spread in time around their mean rate: a Poisson process whose rate changes between
 * two states. The mean over both states is always the mean rate.
 *
 * @param calm the rate of the first state as a part of the mean
 * @param calmNanos how long that state lasts in the mean, exponentially distributed
 * @param burst the rate of the second state as a multiple of the mean
 * @param burstNanos how long that state lasts in the mean, exponentially distributed
 */
public record Pace(String name, double calm, long calmNanos, double burst, long burstNanos) {

  public static final Pace POISSON = new Pace("poisson", 1, 1_000_000_000L, 1, 1_000_000_000L);

  /** Half the mean rate for 0.6 s, then two and a half times of it for 0.2 s. */
  public static final Pace BURSTY = new Pace("bursty", 0.5, 600_000_000L, 2.5, 200_000_000L);

  /** Draws times of arrival. */
  final class Clock {

    private final double meanGap;
    private final RandomGenerator gaps;
    private final RandomGenerator states;
    private boolean bursting;
    private double now;
    private double stateEnd;

    /**
     * @param rate requests a second in the mean
     * @param gaps decides between arrivals
     * @param states decides when the rate changes, the same for every rate
     */
    Clock(double rate, RandomGenerator gaps, RandomGenerator states) {
      this.meanGap = 1e9 / rate;
      this.gaps = gaps;
      this.states = states;
      this.stateEnd = states.nextExponential() * calmNanos;
    }

    /** Nanoseconds of the next arrival. */
    long next() {
      double work = gaps.nextExponential() * meanGap;
      while (now + work / factor() > stateEnd) {
        work -= (stateEnd - now) * factor();
        now = stateEnd;
        bursting = !bursting;
        stateEnd = now + states.nextExponential() * (bursting ? burstNanos : calmNanos);
      }
      now += work / factor();
      return (long) now;
    }

    private double factor() {
      return bursting ? burst : calm;
    }
  }
}
