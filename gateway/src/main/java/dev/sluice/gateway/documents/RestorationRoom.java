package dev.sluice.gateway.documents;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Room under one limit for what a snapshot brings back. It counts beside what it replaces, which
 * may be deleted meanwhile without making room.
 *
 * @param count of what the tenant keeps
 * @param wanted how many are brought back
 * @param replaced counts those that are replaced
 */
record RestorationRoom(
    StorageLimit limit, TenantCount count, String tenant, long wanted, LongSupplier replaced) {

  /** Does it where there is room. All count as new until they are counted again. */
  <T> T during(Supplier<T> restoration) {
    OptionalLong most = limit.most(tenant);
    if (most.isEmpty()) {
      return restoration.get();
    }
    reserve(most.getAsLong());
    try {
      return restoration.get();
    } finally {
      count.settle(wanted, wanted);
      count.forget();
    }
  }

  /**
   * Room first, whether it is there or not, so that nobody stores into it from here on. Then it is
   * counted what there is, and last what of that is replaced: what is deleted in between makes it
   * seem fuller than it is.
   */
  private void reserve(long most) {
    count.reserve(wanted, Long.MAX_VALUE);
    boolean fits = false;
    try {
      long all = count.sure();
      long kept = replaced.getAsLong();
      fits = wanted <= kept || all - kept <= most;
    } finally {
      if (!fits) {
        count.settle(wanted, 0);
      }
    }
    if (!fits) {
      throw limit.exceeded(tenant, most);
    }
  }
}
