package dev.sluice.bench.batching;

import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Requests at random times with texts of random lengths. The same seed gives the same requests; the
 * rate only stretches the time between them.
 *
 * @param bursty whether the rate jumps between 1.8 and 0.2 of its mean, each for an exponentially
 *     distributed time; else arrivals are Poisson
 */
public record Workload(String name, List<Kind> kinds, boolean bursty) {

  private static final int SAMPLES = 20_000;
  private static final int LONGEST = 512;
  private static final double BUSY = 1.8;
  private static final double CALM = 0.2;
  private static final double MEAN_STATE_NANOS = 1e9;

  /**
   * Requests of one class of service: {@code least} to {@code most} texts each, lengths in tokens
   * log-normally distributed.
   *
   * @param share of all requests
   * @param slo nanoseconds from the intended sending to the answer
   */
  public record Kind(
      String name,
      boolean bulk,
      double share,
      int least,
      int most,
      double median,
      double sigma,
      long slo) {

    List<Integer> lengths(Random random) {
      return IntStream.range(0, least + random.nextInt(most - least + 1))
          .map(text -> length(random))
          .boxed()
          .toList();
    }

    private int length(Random random) {
      double length = median * Math.exp(sigma * random.nextGaussian());
      return Math.clamp(Math.round(length), 3, LONGEST);
    }
  }

  /** Searchers who wait, and passages of documents that are stored. */
  static Workload embedMix(boolean bursty) {
    return new Workload(
        "embedMix",
        List.of(
            new Kind("query", false, 0.85, 1, 1, 12, 0.5, millis(300)),
            new Kind("ingest", true, 0.15, 8, 32, 110, 0.7, millis(2000))),
        bursty);
  }

  /** Single texts of very different lengths. */
  static Workload single(boolean bursty) {
    return new Workload(
        "single", List.of(new Kind("single", false, 1, 1, 1, 60, 0.9, millis(400))), bursty);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Requests a second that are this part of what the accelerator could ideally do. */
  double rate(double load, Accelerator accelerator) {
    Random random = new Random(0);
    double tokens = 0;
    double squares = 0;
    for (int i = 0; i < SAMPLES; i++) {
      for (int length : pick(random).lengths(random)) {
        tokens += length;
        squares += (double) length * length;
      }
    }
    return load * accelerator.idealRate(tokens / SAMPLES, squares / SAMPLES);
  }

  private Kind pick(Random random) {
    double ticket = random.nextDouble();
    for (Kind kind : kinds) {
      ticket -= kind.share();
      if (ticket < 0) {
        return kind;
      }
    }
    return kinds.getLast();
  }

  /** All requests of so many nanoseconds, at a mean rate of so many a second. */
  List<Arrival> trace(double rate, long nanos, long seed) {
    Random requests = new Random(seed);
    LongSupplier times = times(rate, new Random(~seed));
    List<Arrival> trace = new ArrayList<>();
    for (long at = times.getAsLong(); at < nanos; at = times.getAsLong()) {
      Kind kind = pick(requests);
      trace.add(
          new Arrival(
              trace.size(),
              at,
              at + kind.slo(),
              kind.name(),
              "default",
              kind.bulk(),
              kind.lengths(requests)));
    }
    return trace;
  }

  private LongSupplier times(double rate, Random random) {
    return bursty ? new Bursts(rate, random)::next : new Poisson(rate, random)::next;
  }

  private static final class Poisson {
    private final double meanGap;
    private final Random random;
    private double at;

    Poisson(double rate, Random random) {
      this.meanGap = 1e9 / rate;
      this.random = random;
    }

    long next() {
      at += meanGap * exponential(random);
      return (long) at;
    }
  }

  /** A Markov-modulated Poisson process of two states. */
  private static final class Bursts {
    private final double meanGap;
    private final Random random;
    private double at;
    private double stateEnds;
    private boolean busy;

    Bursts(double rate, Random random) {
      this.meanGap = 1e9 / rate;
      this.random = random;
      this.stateEnds = MEAN_STATE_NANOS * exponential(random);
    }

    long next() {
      double next = at + gap();
      while (next > stateEnds) {
        at = stateEnds;
        stateEnds += MEAN_STATE_NANOS * exponential(random);
        busy = !busy;
        next = at + gap();
      }
      at = next;
      return (long) at;
    }

    private double gap() {
      return meanGap / (busy ? BUSY : CALM) * exponential(random);
    }
  }

  private static double exponential(Random random) {
    return -Math.log(1 - random.nextDouble());
  }
}
