package dev.sluice.gateway.quota;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Rings when a test says so. */
final class FakeTimer extends ScheduledThreadPoolExecutor {

  private record Alarm(Runnable work, long nanos) {}

  private final BlockingQueue<Alarm> alarms = new LinkedBlockingQueue<>();
  private @Nullable Alarm next;

  FakeTimer() {
    super(0);
  }

  @Override
  @SuppressWarnings("NullAway") // nobody looks at it
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    alarms.add(new Alarm(work, unit.toNanos(delay)));
    return null;
  }

  /** How long the next one was to wait; awaits it. */
  long next() throws InterruptedException {
    Alarm alarm = alarms.poll(60, TimeUnit.SECONDS);
    if (alarm == null) {
      throw new AssertionError("nobody waits");
    }
    next = alarm;
    return alarm.nanos();
  }

  boolean isSet() {
    return !alarms.isEmpty();
  }

  void ring() {
    if (next != null) {
      next.work().run();
    }
  }

  void ringIfSet() {
    Alarm alarm = alarms.poll();
    if (alarm != null) {
      alarm.work().run();
    }
  }
}
