package dev.sluice.gateway.quota;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many texts are being written for each tenant. Keeps no tenant for whom none is. */
final class Generations {

  private final Map<String, Integer> running = new HashMap<>();

  /** One text's place, given back once however often it is closed. */
  final class Permit implements AutoCloseable {
    private final String tenant;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Permit(String tenant) {
      this.tenant = tenant;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        ended(tenant);
      }
    }
  }

  /** Whether one more may begin; if so, it counts until {@link #begun}'s permit is closed. */
  synchronized boolean begin(String tenant, int most) {
    int now = running.getOrDefault(tenant, 0);
    if (now >= most) {
      return false;
    }
    running.put(tenant, now + 1);
    return true;
  }

  /** The place that {@link #begin} gave. */
  Permit begun(String tenant) {
    return new Permit(tenant);
  }

  private synchronized void ended(String tenant) {
    running.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
  }

  synchronized int running(String tenant) {
    return running.getOrDefault(tenant, 0);
  }

  /** Tenants for whom a text is being written. */
  synchronized int tenants() {
    return running.size();
  }
}
