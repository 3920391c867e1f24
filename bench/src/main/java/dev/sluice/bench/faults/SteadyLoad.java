package dev.sluice.bench.faults;

import dev.sluice.embed.v1.EmbedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at even distances, whatever becomes of those before: each is timed from when it was due.
 * Owns the threads.
 */
final class SteadyLoad implements AutoCloseable {

  private static final int CALLS_A_SECOND = 100;
  private static final long GAP = 1_000_000_000L / CALLS_A_SECOND;
  private static final EmbedRequest REQUEST =
      EmbedRequest.newBuilder().addTexts("how do sluice gates open").build();

  private final Route route;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  SteadyLoad(Route route) {
    this.route = route;
  }

  /**
   * A call that ended.
   *
   * @param due as {@code System.nanoTime}
   * @param nanos since it was due
   */
  record Ended(long due, long nanos, boolean failed) {}

  /** Makes the calls of so many seconds, and waits for them. */
  List<Ended> run(int seconds) throws ExecutionException, InterruptedException {
    List<Future<Ended>> calls = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < seconds * CALLS_A_SECOND; i++) {
      long due = start + i * GAP;
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      calls.add(threads.submit(() -> call(due)));
    }
    List<Ended> ended = new ArrayList<>();
    for (Future<Ended> call : calls) {
      ended.add(call.get());
    }
    return ended;
  }

  private Ended call(long due) {
    boolean failed = false;
    try {
      route.call(REQUEST);
    } catch (RuntimeException e) { // whatever it is, it failed
      failed = true;
    }
    return new Ended(due, System.nanoTime() - due, failed);
  }

  @Override
  public void close() {
    threads.close();
  }
}
