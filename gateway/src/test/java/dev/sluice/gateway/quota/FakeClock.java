package dev.sluice.gateway.quota;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Time that passes when a test says so, in nanoseconds. */
final class FakeClock implements LongSupplier {

  private final AtomicLong now = new AtomicLong(-5_000_000_000L);

  @Override
  public long getAsLong() {
    return now.get();
  }

  void pass(long amount, TimeUnit unit) {
    var _ = now.addAndGet(unit.toNanos(amount));
  }
}
