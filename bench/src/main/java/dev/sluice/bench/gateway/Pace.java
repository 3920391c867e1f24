package dev.sluice.bench.gateway;

import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** How long a scripted service takes for a call. */
enum Pace {
  INSTANT {
    @Override
    OptionalLong delay(SplittableRandom random) {
      return OptionalLong.of(0);
    }
  },

  /** Most calls take some milliseconds, some longer than any deadline, and some never end. */
  ERRATIC {
    @Override
    OptionalLong delay(SplittableRandom random) {
      double kind = random.nextDouble();
      if (kind < HANGS) {
        return OptionalLong.empty();
      }
      long most = kind < HANGS + VERY_SLOW ? 1500 : kind < HANGS + VERY_SLOW + SLOW ? 300 : 20;
      return OptionalLong.of(random.nextLong(TimeUnit.MILLISECONDS.toNanos(most)));
    }
  };

  private static final double HANGS = 0.02;
  private static final double VERY_SLOW = 0.05;
  private static final double SLOW = 0.15;

  /** Nanoseconds; empty: no answer ever comes. */
  abstract OptionalLong delay(SplittableRandom random);
}
