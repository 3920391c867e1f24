package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same to many things, some of them at a time, in the current gRPC context. */
final class SideBySide {

  private static final int AT_A_TIME = 16;

  /** So few are done one after the other: threads would gain nothing. */
  private static final int FEW = 4;

  private SideBySide() {}

  /**
   * The results in order. The first failure stops what is left.
   *
   * @throws Failure what a piece of the work failed with
   */
  static <T, R> List<R> map(List<T> things, Function<T, R> work) {
    return things.size() <= FEW ? things.stream().map(work).toList() : concurrently(things, work);
  }

  private static <T, R> List<R> concurrently(List<T> things, Function<T, R> work) {
    Context caller = Context.current();
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory());
    try {
      List<Future<R>> running = new ArrayList<>(things.size());
      for (T thing : things) {
        running.add(threads.submit(caller.wrap(() -> work.apply(thing))));
      }
      List<R> results = new ArrayList<>(things.size());
      for (Future<R> each : running) {
        results.add(each.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Failure failure
          ? failure
          : new Failure.Internal("the documents could not be split", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
