package dev.sluice.generate.admission;

import java.util.HashMap;
import java.util.Map;

/** Which tenants asked lately. */
final class Tenants {

  private static final long LATELY = 10_000_000_000L;

  private final Map<String, Long> seen = new HashMap<>();

  /** Takes note of a tenant; says how many asked in the last ten seconds, itself counted. */
  int seen(String tenant, long now) {
    seen.put(tenant, now);
    seen.values().removeIf(last -> now - last > LATELY);
    return seen.size();
  }
}
