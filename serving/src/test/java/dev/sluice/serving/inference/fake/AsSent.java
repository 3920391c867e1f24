package dev.sluice.serving.inference.fake;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A server that does not batch: each call runs as it was sent, first come first served. One that is
 * cancelled before its turn does not run.
 */
final class AsSent implements Scheduling {

  private final Deque<Call> queue = new ArrayDeque<>();

  @Override
  public boolean offer(Call call, long now) {
    return queue.add(call);
  }

  @Override
  public long advance(long now, int idle) {
    queue.removeIf(Call::cancelled);
    return NEVER;
  }

  @Override
  public List<Call> take(long now) {
    return queue.isEmpty() ? List.of() : List.of(queue.remove());
  }

  @Override
  public List<Call> expired() {
    return List.of();
  }
}
