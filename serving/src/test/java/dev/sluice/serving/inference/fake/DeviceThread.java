package dev.sluice.serving.inference.fake;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells a {@link Device} the time, on a thread of its own that sleeps in between. What calls do at
 * their end runs on that thread and must be short.
 */
final class DeviceThread implements AutoCloseable {

  private static final long LONGEST_WAIT = 1_000_000_000;

  private final Device device;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean closed;

  DeviceThread(Device device) {
    this.device = device;
    this.thread = Thread.ofPlatform().daemon().name("fake-accelerator").start(this::run);
  }

  void send(Call call) {
    locked(() -> device.send(call, System.nanoTime()));
  }

  void echo(Runnable answer) {
    locked(() -> device.echo(answer, System.nanoTime()));
  }

  /** Something changed that the device should look at. */
  void wake() {
    locked(() -> {});
  }

  Counts counts(long calls, long cancelled) {
    lock.lock();
    try {
      return device.counts(calls, cancelled);
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    lock.lock();
    try {
      while (!closed) {
        long next = device.advance(System.nanoTime());
        long _ =
            changed.awaitNanos(
                Math.min(next, System.nanoTime() + LONGEST_WAIT) - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    locked(() -> closed = true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
