package dev.sluice.standalone;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do in their own time, and not for ever. */
final class Patience {

  private static final long NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Patience() {}

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("in vain awaited: " + what);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
  }
}
