package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Decision;
import dev.sluice.serving.caller.Caller;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler with a clock that is a number, in nanoseconds, and a machine that does what the test
 * says. Inputs are their own lengths in tokens.
 */
final class Machine {

  static final long MS = Costs.MILLISECOND;
  static final long HOUR = 3_600_000 * MS;

  final BatchScheduler<Integer, String> scheduler;
  final Costs costs;
  final List<BatchRequest<Integer, String>> dropped = new ArrayList<>();
  final List<BatchRequest<Integer, String>> offered = new ArrayList<>();
  long now = HOUR;
  private @Nullable Batch<Integer, String> running;
  private long endsAt;

  Machine(BatchLimits limits, Costs costs) {
    this.scheduler = new BatchScheduler<>(limits, now);
    this.costs = costs;
  }

  /** One slot that knows nothing yet. */
  static Machine of(int maxItems, long maxTokens, boolean padded) {
    return new Machine(new BatchLimits(1, 1, maxItems, maxTokens, padded, 1_000_000), Costs.PLAIN);
  }

  /** One slot, padded, that has seen enough batches to know its costs. */
  static Machine learned() {
    return new Machine(new BatchLimits(1, 1, 1024, 16384, true, 1_000_000), Costs.PLAIN).learn();
  }

  /** Runs batches of many sizes, as long ago as it takes to be forgotten otherwise. */
  Machine learn() {
    for (int i = 0; i < 40; i++) {
      int length = 8 << i % 7;
      offer(HOUR, Collections.nCopies(1 + i * 5 % 16, length).toArray(Integer[]::new));
      runAll();
    }
    now += 100_000 * MS;
    return this;
  }

  BatchRequest<Integer, String> request(Caller caller, long slack, Integer... lengths) {
    int[] tokens = List.of(lengths).stream().mapToInt(Integer::intValue).toArray();
    var request =
        new BatchRequest<Integer, String>(caller, List.of(lengths), tokens, now, now + slack);
    offered.add(request);
    return request;
  }

  /** A request that must be admitted. */
  BatchRequest<Integer, String> offer(long slack, Integer... lengths) {
    var request = request(Caller.ANONYMOUS, slack, lengths);
    Optional<Refusal> refusal = scheduler.offer(request, now);
    if (refusal.isPresent()) {
      throw new AssertionError("refused: " + refusal.get());
    }
    return request;
  }

  Optional<Refusal> refusal(Caller caller, long slack, Integer... lengths) {
    return scheduler.offer(request(caller, slack, lengths), now);
  }

  /** Of somebody who asks whether there may be room for the least that it can be before. */
  Optional<Refusal> foreseen(Caller caller, long slack, Integer[] least, Integer[] lengths) {
    return scheduler
        .foresee(request(caller, slack, least), now)
        .or(() -> refusal(caller, slack, lengths));
  }

  Optional<Refusal> refusal(long slack, Integer... lengths) {
    return refusal(Caller.ANONYMOUS, slack, lengths);
  }

  private Decision<Integer, String> next() {
    Decision<Integer, String> decision = scheduler.next(now);
    dropped.addAll(decision.dropped());
    return decision;
  }

  /** The batch to run now, if there is one. */
  Optional<Batch<Integer, String>> batch() {
    return switch (next()) {
      case Decision.Run<Integer, String>(var batch, var _) -> Optional.of(batch);
      case Decision.Wait<Integer, String> _ -> Optional.empty();
    };
  }

  /** Until when to wait; there must be nothing to run. */
  long waitsUntil() {
    return switch (next()) {
      case Decision.Run<Integer, String> run -> throw new AssertionError("runs " + run.batch());
      case Decision.Wait<Integer, String>(long until, var _) -> until;
    };
  }

  /** Lengths of the batch to run now; empty when there is none. */
  List<Integer> lengths() {
    return batch().map(Batch::inputs).orElse(List.of());
  }

  /** Lengths of the batch to run now, which ends before this returns. */
  List<Integer> run() {
    Optional<Batch<Integer, String>> batch = batch();
    batch.ifPresent(this::finish);
    return batch.map(Batch::inputs).orElse(List.of());
  }

  /** The model takes its time for a batch. */
  void finish(Batch<Integer, String> batch) {
    now = Math.max(now, batch.sentAt() + costs.nanos(batch.tokens(), batch.longest()));
    scheduler.finished(batch, now);
  }

  /** Ends the batch that runs if its time is over, and begins the next if there is one. */
  void work() {
    if (running != null && now >= endsAt) {
      scheduler.finished(running, now);
      running = null;
    }
    if (running == null) {
      running = batch().orElse(null);
      endsAt = running == null ? 0 : now + costs.nanos(running.tokens(), running.longest());
    }
  }

  void runAll() {
    while (scheduler.queuedItems() > 0) {
      run();
    }
  }
}
