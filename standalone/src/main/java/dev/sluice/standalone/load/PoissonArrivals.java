package dev.sluice.standalone.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;

/**
 * A Poisson process: calls of many callers who know nothing of each other. The time between two is
 * exponentially distributed.
 *
 * @param rate calls a second, above 0
 * @param length nanoseconds
 * @param seed gives the same times again
 */
public record PoissonArrivals(double rate, long length, long seed) implements Arrivals {

  private static final double SECOND = 1e9;

  @Override
  public PrimitiveIterator.OfLong times() {
    return new Times(new SplittableRandom(seed));
  }

  @Override
  public void describe(ObjectNode report) {
    report.put("arrivals", "poisson").put("seed", seed);
  }

  private final class Times implements PrimitiveIterator.OfLong {

    private final SplittableRandom random;
    private double next;

    Times(SplittableRandom random) {
      this.random = random;
      step();
    }

    private void step() {
      next -= Math.log(1 - random.nextDouble()) * SECOND / rate;
    }

    @Override
    public boolean hasNext() {
      return next < length;
    }

    @Override
    public long nextLong() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long time = (long) next;
      step();
      return time;
    }
  }
}
