package dev.sluice.gateway.answer;

import io.grpc.Deadline;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A clock that goes on only when it is told to, and a timer by it; of one thread. */
final class FakeTime extends Deadline.Ticker {

  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(alarm -> alarm.due));
  private long now = TimeUnit.HOURS.toNanos(1);

  @Override
  public long nanoTime() {
    return now;
  }

  Deadline in(long nanos) {
    return Deadline.after(nanos, TimeUnit.NANOSECONDS, this);
  }

  /** Lets time pass, and what is due in it happen at its moment. */
  void pass(long nanos) {
    long end = now + nanos;
    while (!alarms.isEmpty() && alarms.peek().due <= end) {
      Alarm next = alarms.remove();
      now = Math.max(now, next.due);
      next.run();
    }
    now = end;
  }

  /** Schedules by this clock. */
  ScheduledThreadPoolExecutor timer() {
    return new Timer();
  }

  private final class Timer extends ScheduledThreadPoolExecutor {
    Timer() {
      super(0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      Alarm alarm = new Alarm(command, now + unit.toNanos(delay));
      alarms.add(alarm);
      return alarm;
    }
  }

  private final class Alarm extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long due;

    Alarm(Runnable command, long due) {
      super(command, null);
      this.due = due;
    }

    @Override
    protected void done() {
      alarms.remove(this);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - now, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
