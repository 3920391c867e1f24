package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.Unavailable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes that wait for one committer, in order and bounded. Closed, it takes no more of them. */
public final class WriteQueue<W> {

  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<W> writes = new ArrayDeque<>();
  private @Nullable Failure closed;

  public WriteQueue(int limit) {
    this.limit = limit;
  }

  /** Blocks while the queue is full. Throws the failure that it was closed with. */
  public void put(W write) {
    lock.lock();
    try {
      while (closed == null && writes.size() >= limit) {
        changed.await();
      }
      if (closed != null) {
        throw closed;
      }
      writes.add(write);
      changed.signalAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a write; null when the queue is closed and empty. */
  public @Nullable W take() {
    lock.lock();
    try {
      while (writes.isEmpty() && closed == null) {
        changed.awaitUninterruptibly();
      }
      return remove();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a write until a time of {@link System#nanoTime}; null when none came. */
  public @Nullable W poll(long deadline) {
    lock.lock();
    try {
      await(deadline);
      return remove();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a write, or for the end; false when neither came until a time of nanoTime. */
  public boolean await(long deadline) {
    lock.lock();
    try {
      long left = deadline - System.nanoTime();
      while (writes.isEmpty() && closed == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !writes.isEmpty() || closed != null;
    } catch (InterruptedException e) {
      return true; // nobody interrupts the committer; if so, it goes on with what it has
    } finally {
      lock.unlock();
    }
  }

  /** The next write if it is there and fits; else null, and it stays. */
  public @Nullable W pollIf(Predicate<W> fits) {
    lock.lock();
    try {
      W next = writes.peek();
      return next != null && fits.test(next) ? remove() : null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable W remove() {
    @Nullable W write = writes.poll();
    changed.signalAll();
    return write;
  }

  /** Takes no more; what waits is still given out. */
  public void close() {
    close(new Unavailable("STOPPING", "the document store is stopping"), false);
  }

  /** Closes the queue and gives back what waited. */
  public List<W> close(Failure reason) {
    return close(reason, true);
  }

  private List<W> close(Failure reason, boolean empty) {
    lock.lock();
    try {
      if (closed == null) {
        closed = reason;
      }
      List<W> waiting = empty ? List.copyOf(writes) : List.of();
      writes.removeAll(waiting);
      changed.signalAll();
      return waiting;
    } finally {
      lock.unlock();
    }
  }
}
