package dev.sluice.generate.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a client with a semaphore does: first come first served, so many at once, nothing refused.
 * What its caller gave up while it waited is not sent.
 */
final class FifoDoor implements Door {

  /** Everything goes to the server at once, and waits there. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  private final int limit;
  private final Deque<Request> line = new ArrayDeque<>();
  private int running;

  FifoDoor(int limit) {
    this.limit = limit;
  }

  @Override
  public boolean offer(Request request, long now) {
    return line.add(request);
  }

  @Override
  public List<Request> start(long now) {
    List<Request> started = new ArrayList<>();
    while (running < limit && !line.isEmpty()) {
      started.add(line.remove());
      running++;
    }
    return started;
  }

  @Override
  public List<Request> expired() {
    return List.of();
  }

  @Override
  public void wrote(Request request, long now) {}

  @Override
  public void ended(Request request, boolean complete, long now) {
    if (!line.remove(request)) {
      running--;
    }
  }
}
