package dev.sluice.gateway.documents;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps the changes of one tenant apart from each other; those of different tenants run side by
 * side. Remembers no tenant of whom nothing is being changed.
 */
final class TenantLocks {

  /** Weak values: a lock is there for as long as somebody holds it or waits for it. */
  private final LoadingCache<String, ReentrantLock> locks =
      Caffeine.newBuilder().weakValues().build(_ -> new ReentrantLock());

  /**
   * Makes a change when no other of the tenant is being made.
   *
   * @throws DeadlineExceeded when that is not before the current call's deadline
   * @throws Cancelled when the current call has ended by then, or the thread is interrupted
   */
  <T> T alone(String tenant, Supplier<T> change) {
    ReentrantLock lock = locks.get(tenant);
    await(lock);
    try {
      if (Context.current().isCancelled()) {
        throw new Cancelled();
      }
      return change.get();
    } finally {
      lock.unlock();
    }
  }

  /** The same for what has no result. */
  void alone(String tenant, Runnable change) {
    var _ =
        alone(
            tenant,
            () -> {
              change.run();
              return true;
            });
  }

  private static void await(ReentrantLock lock) {
    Deadline deadline = Context.current().getDeadline();
    try {
      if (deadline == null) {
        lock.lockInterruptibly();
      } else if (!lock.tryLock(
          deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS)) {
        throw new DeadlineExceeded("the deadline passed behind another change of the same tenant");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    }
  }
}
