package dev.sluice.serving.inference.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Triton's dynamic batcher, written anew after {@code dynamic_batch_scheduler.cc}, {@code
 * instance_queue.cc} and {@code rate_limiter.cc} of triton-inference-server/core, for one priority
 * level.
 *
 * <p>Calls are taken in the order in which they came, until the next one does not fit or, where
 * shapes must be equal, has another shape. The batch is sent at a preferred size, when it cannot
 * grow, or when its oldest call has waited for the queue delay; without a delay, at once. A batch
 * sent goes on growing until a slot takes it. Up to two batches for each slot are formed ahead,
 * where the queue has no policy.
 */
final class TritonBatching implements Scheduling {

  /** How often a batcher that waits for a slot looks for calls that waited too long. */
  private static final long POLL = 500_000_000;

  private static final int AHEAD = 2;

  private final TritonConfig config;
  private final int slots;
  private final Deque<Call> queue = new ArrayDeque<>();
  private final Deque<Payload> scheduled = new ArrayDeque<>();
  private final List<Call> expired = new ArrayList<>();
  private Payload current = new Payload();
  private long polledAt;

  TritonBatching(TritonConfig config, int slots) {
    this.config = config;
    this.slots = slots;
  }

  @Override
  public boolean offer(Call call, long now) {
    if (config.maxQueueSize() > 0 && queue.size() >= config.maxQueueSize()) {
      return false;
    }
    return queue.add(call);
  }

  @Override
  public long advance(long now, int idle) {
    while (!queue.isEmpty()) {
      if (!current.grows()) {
        current = new Payload();
      }
      if (!slotAvailable(idle)) {
        return poll(now);
      }
      drop(now);
      long wait = queue.isEmpty() ? 0 : form(now);
      if (wait > 0) {
        return wait == NEVER ? NEVER : now + wait;
      }
    }
    return NEVER;
  }

  private boolean slotAvailable(int idle) {
    return config.prefetches() ? scheduled.size() < AHEAD * slots : scheduled.size() < idle;
  }

  private long poll(long now) {
    if (config.timeout() == 0) {
      return NEVER;
    }
    if (now - polledAt >= POLL) {
      drop(now);
    }
    return polledAt + POLL;
  }

  /** Takes out what nobody waits for, and what waited too long. */
  private void drop(long now) {
    polledAt = now;
    for (Iterator<Call> calls = queue.iterator(); calls.hasNext(); ) {
      Call call = calls.next();
      if (call.cancelled()) {
        calls.remove();
      } else if (timeout(call) > 0 && now - call.queuedAt() >= timeout(call)) {
        calls.remove();
        expired.add(call);
      }
    }
  }

  /** The server's, or the call's own where that is shorter. */
  private long timeout(Call call) {
    boolean own = call.timeoutNanos() > 0 && call.timeoutNanos() < config.timeout();
    return own ? call.timeoutNanos() : config.timeout();
  }

  /** Moves calls into the current payload: 0; or says how long to wait before looking again. */
  private long form(long now) {
    int largest = config.largestPreferred();
    int count = 0;
    int rows = 0;
    int bestCount = 0;
    boolean sendNow = false;
    for (Call call : queue) {
      int grown = current.rows() + rows + call.rows();
      boolean first = current.isEmpty() && count == 0;
      if (!first && grown > largest && bestCount == 0) {
        bestCount = count;
        current.close();
      }
      if (!first && grown > config.maxBatchSize()) {
        sendNow = true;
        break;
      }
      if (!first && differs(call)) {
        current.markFull();
        sendNow = true;
        break;
      }
      count++;
      rows += call.rows();
      if (config.preferred().contains(grown)) {
        bestCount = count;
      }
    }
    return decide(now, count, current.rows() + rows, bestCount, sendNow);
  }

  private boolean differs(Call call) {
    int columns = current.isEmpty() ? queue.getFirst().columns() : current.columns();
    return config.equalShapes() && call.columns() != columns;
  }

  private long decide(long now, int count, int grown, int bestCount, boolean sendNow) {
    long waited = now - queue.getFirst().queuedAt();
    boolean delayed = config.maxQueueDelay() > 0;
    boolean overdue = delayed && waited >= config.maxQueueDelay();
    if (bestCount > 0 && !overdue) {
      return send(bestCount, !delayed);
    }
    if (count == 0) {
      return current.grows() ? NEVER : 0; // else it blocks until a slot takes the payload
    }
    if (sendNow || grown >= config.largestPreferred()) {
      return send(count, true);
    }
    if (overdue || !delayed || growsScheduled()) {
      return send(count, false);
    }
    return Math.min(config.maxQueueDelay() - waited, closestTimeout(now));
  }

  /** A payload that was sent at no preferred size takes what comes. */
  private boolean growsScheduled() {
    return current.grows() && !current.isEmpty() && !config.preferred().contains(current.rows());
  }

  private long closestTimeout(long now) {
    return queue.stream()
        .filter(call -> timeout(call) > 0)
        .mapToLong(call -> Math.max(call.queuedAt() + timeout(call) - now, 1))
        .min()
        .orElse(NEVER);
  }

  private long send(int count, boolean close) {
    if (current.isEmpty()) {
      scheduled.add(current);
    }
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(queue.remove());
    }
    current.addAll(calls);
    if (close) {
      current.close();
    }
    return 0;
  }

  @Override
  public List<Call> take(long now) {
    Payload payload = scheduled.poll();
    if (payload == null) {
      return List.of();
    }
    payload.take();
    while (merges(payload, now)) {
      Payload next = scheduled.remove();
      next.take();
      payload.addAll(next.calls());
    }
    return payload.calls();
  }

  /** With a queue delay, the next payload joins one that has room once it is overdue. */
  private boolean merges(Payload payload, long now) {
    Payload next = scheduled.peek();
    return next != null
        && config.maxQueueDelay() > 0
        && !payload.full()
        && !next.full()
        && now - next.oldest() > config.maxQueueDelay()
        && payload.rows() + next.rows() <= config.maxBatchSize()
        && (!config.equalShapes() || payload.columns() == next.columns());
  }

  @Override
  public List<Call> expired() {
    List<Call> taken = List.copyOf(expired);
    expired.clear();
    return taken;
  }
}
