package dev.sluice.standalone.load;

import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.PrimitiveIterator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends calls at their times, whether earlier ones were answered or not, each on a virtual thread.
 * The calling thread keeps the times and shows the progress.
 */
public final class LoadRun {

  /** Time to start the first calls' threads before the first call's time. */
  private static final long LEAD_NANOS = 20_000_000;

  private static final long LONGEST_PARK_NANOS = 100_000_000;

  /** What calls may take beyond their deadline: gRPC ends them, late where it has no processor. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Gateway gateway;
  private final LoadPlan plan;
  private final LoadTally tally = new LoadTally();
  private final Semaphore inFlight;
  private final LoadProgress progress;
  private final long start;

  private LoadRun(Gateway gateway, LoadPlan plan, Console console) {
    this.gateway = gateway;
    this.plan = plan;
    this.inFlight = new Semaphore(plan.maxInFlight());
    this.start = System.nanoTime() + LEAD_NANOS;
    this.progress = new LoadProgress(console, tally, plan.arrivals().length(), System::nanoTime);
  }

  /**
   * Runs the load, which takes as long as its arrivals, and waits for the last answers. What has
   * not ended long after its deadline is reported as such.
   */
  public static LoadReport run(Gateway gateway, LoadPlan plan, Console console)
      throws InterruptedException {
    return new LoadRun(gateway, plan, console).run();
  }

  private LoadReport run() throws InterruptedException {
    try {
      long number = 0;
      for (PrimitiveIterator.OfLong times = plan.arrivals().times(); times.hasNext(); number++) {
        long intended = start + times.nextLong();
        await(intended);
        send(plan.text(number), intended);
      }
      awaitAnswers();
      return tally.report(plan, (System.nanoTime() - start) / 1e9);
    } finally {
      progress.end();
    }
  }

  private void await(long time) throws InterruptedException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, LONGEST_PARK_NANOS));
      progress.update();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void send(String text, long intended) {
    progress.update();
    if (inFlight.tryAcquire()) {
      tally.sent(System.nanoTime() - intended);
      Deadline deadline = Deadline.after(plan.deadline().toNanos(), TimeUnit.NANOSECONDS);
      Thread.ofVirtual().start(() -> call(text, deadline, intended));
    } else {
      tally.unsent();
    }
  }

  private void call(String text, Deadline deadline, long intended) {
    try {
      LoadResponse response = plan.call().call(gateway, text, deadline);
      tally.succeeded(response, intended, System.nanoTime());
    } catch (StatusRuntimeException e) {
      tally.failed(e, intended, System.nanoTime());
    } catch (RuntimeException e) { // the outermost frame of this thread
      tally.failed(Status.INTERNAL.withCause(e).asRuntimeException(), intended, System.nanoTime());
    } finally {
      inFlight.release();
    }
  }

  private void awaitAnswers() throws InterruptedException {
    long latest = System.nanoTime() + plan.deadline().toNanos() + GRACE_NANOS;
    while (System.nanoTime() < latest
        && !inFlight.tryAcquire(plan.maxInFlight(), LONGEST_PARK_NANOS, TimeUnit.NANOSECONDS)) {
      progress.update();
    }
  }
}
