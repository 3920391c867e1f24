package dev.sluice.standalone.eval;

import dev.sluice.standalone.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Runs the same call for many inputs, a few at a time, and says now and then how far it has come.
 */
record SideBySide(Console console, String what) {

  private static final int AT_A_TIME = 2;
  private static final int SAY_EVERY = 100;

  /** The results in the order of the inputs; the first failure ends the run. */
  <I, R> List<R> run(List<I> inputs, Function<I, R> call) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      List<Future<R>> futures = new ArrayList<>();
      inputs.forEach(input -> futures.add(threads.submit(() -> call.apply(input))));
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get());
        if (results.size() % SAY_EVERY == 0) {
          console.note(what + ": " + results.size() + " of " + inputs.size());
        }
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
