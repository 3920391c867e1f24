package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Decision;
import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The production scheduler with a queue that is always as full, for whoever times single steps of
 * it. A step is followed by {@link #turn}: a batch runs on a pretended model, time passes, and
 * requests of three tenants take the place of the items that ran.
 */
public final class SchedulerHarness {

  private static final double LAUNCH = 3e6;
  private static final double PER_TOKEN = 5e3;
  private static final double QUADRATIC = 1.2;

  private static final int MAX_ITEMS = 1024;
  private static final long MAX_TOKENS = 16384;
  private static final long MAX_QUEUED_TOKENS = 1 << 24;
  private static final int MAX_LENGTH = 512;

  /** One request in eight is of eight items, so that half of the items are. */
  private static final int MANY = 8;

  /** Interactive requests are due within a second, so most of those that wait for long are bulk. */
  private static final int INTERACTIVE_ONE_IN = 16;

  /** What an item takes on the model, roughly. */
  private static final long NANOS_AN_ITEM = 1_500_000;

  /** Batches. */
  private static final int SETTLING = 2000;

  private final Random random = new Random(1);
  private final BatchScheduler<Integer, Boolean> scheduler;
  private final int items;
  private final long drain;
  private long now;
  private @Nullable Batch<Integer, Boolean> running;

  /**
   * @param items how many always wait
   */
  public SchedulerHarness(int items) {
    this.items = items;
    var limits = new BatchLimits(1, 1, MAX_ITEMS, MAX_TOKENS, true, MAX_QUEUED_TOKENS);
    scheduler = new BatchScheduler<>(limits, now);
    drain = items * NANOS_AN_ITEM;
    settle();
  }

  /** Until everything is learned and the burst of the first filling is forgotten. */
  private void settle() {
    refill(2 * items);
    for (int batch = 0; batch < SETTLING; batch++) {
      turn();
    }
    if (scheduler.queuedItems() < items) {
      throw new IllegalStateException("the queue does not fill: " + state());
    }
  }

  private BatchRequest<Integer, Boolean> request(int size, long at, long slack) {
    boolean interactive = random.nextInt(INTERACTIVE_ONE_IN) == 0;
    return request(interactive ? Priority.INTERACTIVE : Priority.BULK, size, at, slack);
  }

  private BatchRequest<Integer, Boolean> request(Priority priority, int size, long at, long slack) {
    var caller = new Caller("tenant" + random.nextInt(3), priority);
    int[] lengths = random.ints(size).map(_ -> length()).toArray();
    List<Integer> inputs = Collections.nCopies(size, 0);
    return new BatchRequest<>(caller, inputs, lengths, at, at + slack);
  }

  /** Log-normal about 60 tokens. */
  private int length() {
    return (int) Math.clamp(60 * Math.exp(0.9 * random.nextGaussian()), 3, MAX_LENGTH);
  }

  private void refill(int tries) {
    for (int each = 0; each < tries && scheduler.queuedItems() < items; each++) {
      int size = random.nextInt(MANY) == 0 ? MANY : 1;
      long slack = drain + random.nextLong(3 * drain);
      scheduler.offer(request(size, now, slack), now);
    }
  }

  /** One decision: how many items its batch has. */
  public int decide() {
    if (!(scheduler.next(now) instanceof Decision.Run<Integer, Boolean>(var batch, var dropped))) {
      throw new IllegalStateException("a slot is free and " + items + " items wait, but none runs");
    }
    running = batch;
    return batch.items().size() + dropped.size();
  }

  /** A bulk request that comes after the model has stood still for long: it is refused. */
  public Object refuse() {
    long later = now + 2 * drain;
    var late = request(Priority.BULK, 1, later, drain / 5);
    Refusal refusal = scheduler.offer(late, later).orElseThrow();
    if (refusal.reason() != Refusal.Reason.PREDICTED_LATE) {
      throw new IllegalStateException("refused as " + refusal.reason());
    }
    return refusal;
  }

  /** A request that is admitted and taken back. */
  public void admitAndRemove() {
    BatchRequest<Integer, Boolean> request = request(1, now, 2 * drain);
    scheduler
        .offer(request, now)
        .ifPresent(refusal -> {
          throw new IllegalStateException("refused as " + refusal.reason());
        });
    scheduler.remove(request, now);
  }

  /** Runs a batch, the one decided on if there is one, and fills the queue again. */
  public void turn() {
    if (running == null) {
      decide();
    }
    Batch<Integer, Boolean> batch = running;
    if (batch != null) {
      now += (long) (LAUNCH + batch.tokens() * (PER_TOKEN + QUADRATIC * batch.longest()));
      scheduler.finished(batch, now);
    }
    running = null;
    refill(MAX_ITEMS);
  }

  /** What it learned and how it stands, for a person who looks at a run. */
  public String state() {
    return scheduler.queuedItems() + " items wait, " + scheduler.learned(now);
  }
}
