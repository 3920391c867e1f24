package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Cancelled;
import io.grpc.Context;
import io.grpc.Context.CancellationListener;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Permits for pieces of work: so many in all, so many of one tenant. Tenants that wait get them in
 * turn, one each, so that a tenant with much to do never stands in front of one with little. Among
 * its own a tenant's pieces go in the order in which they came.
 */
final class TenantPermits {

  private final int most;
  private final int mostOfOne;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that hold permits or wait; whoever got one last is last. */
  private final LinkedHashMap<String, Tenant> tenants = new LinkedHashMap<>();

  private int held;

  TenantPermits(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  private static final class Tenant {
    private final SequencedSet<Permit> waiting = new LinkedHashSet<>();
    private int held;
  }

  /**
   * Does a piece of work when its turn comes.
   *
   * @throws Cancelled when the current call ends before
   */
  <T> T during(String tenant, Supplier<T> work) {
    try (Permit permit = ask(tenant)) {
      permit.await();
      return work.get();
    }
  }

  /** Stands in line. Whoever asks closes it, whether it was given or not. */
  Permit ask(String tenant) {
    Permit permit = new Permit(tenant);
    lock.lock();
    try {
      tenants.computeIfAbsent(tenant, _ -> new Tenant()).waiting.add(permit);
      giveOut();
    } finally {
      lock.unlock();
    }
    return permit;
  }

  private void giveOut() {
    while (held < most) {
      Optional<String> next = next();
      if (next.isEmpty()) {
        return;
      }
      Tenant tenant = Objects.requireNonNull(tenants.remove(next.get()));
      tenants.put(next.get(), tenant);
      tenant.held++;
      held++;
      tenant.waiting.removeFirst().give();
    }
  }

  /** Whose turn it is, where somebody waits who may have one more. */
  private Optional<String> next() {
    return tenants.entrySet().stream()
        .filter(each -> !each.getValue().waiting.isEmpty())
        .filter(each -> each.getValue().held < mostOfOne)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void giveBack(Permit permit) {
    lock.lock();
    try {
      @Nullable Tenant tenant = tenants.get(permit.tenant);
      if (permit.closed || tenant == null) {
        return;
      }
      permit.closed = true;
      if (permit.given) {
        tenant.held--;
        held--;
      } else {
        tenant.waiting.remove(permit);
      }
      if (tenant.held == 0 && tenant.waiting.isEmpty()) {
        tenants.remove(permit.tenant);
      }
      giveOut();
    } finally {
      lock.unlock();
    }
  }

  /** How many tenants hold permits or wait. */
  int tenants() {
    lock.lock();
    try {
      return tenants.size();
    } finally {
      lock.unlock();
    }
  }

  /** A place in the line, and a permit from when its turn comes. */
  final class Permit implements AutoCloseable {

    private final String tenant;
    private final CountDownLatch woken = new CountDownLatch(1);
    private volatile boolean given;
    private boolean closed;

    private Permit(String tenant) {
      this.tenant = tenant;
    }

    private void give() {
      given = true;
      woken.countDown();
    }

    boolean isGiven() {
      return given;
    }

    /**
     * Waits for its turn.
     *
     * @throws Cancelled when the current call ends before, or the thread is interrupted
     */
    void await() {
      if (given) {
        return;
      }
      Context call = Context.current();
      CancellationListener listener = _ -> woken.countDown();
      call.addListener(listener, Runnable::run);
      try {
        woken.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        call.removeListener(listener);
      }
      if (!given) {
        throw new Cancelled();
      }
    }

    /** Gives it back, or leaves the line. */
    @Override
    public void close() {
      giveBack(this);
    }
  }
}
