package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.NotFound;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Snapshots of a tenant that may keep so many documents: one is brought back only where they all
 * have room. Those in a snapshot itself do not count. While one is brought back its documents count
 * beside those that they replace, which may be deleted meanwhile without making room.
 */
final class LimitedSnapshots implements SnapshotStore {

  private final SnapshotStore snapshots;
  private final DocumentStore store;
  private final DocumentLimit limit;
  private final Function<String, TenantCount> counts;

  /** A snapshot stays as it is from the look at its size until it is brought back. */
  private final ReentrantLock changing = new ReentrantLock();

  /**
   * @param store of the collections
   * @param counts of tenants' documents
   */
  LimitedSnapshots(
      SnapshotStore snapshots,
      DocumentStore store,
      DocumentLimit limit,
      Function<String, TenantCount> counts) {
    this.snapshots = snapshots;
    this.store = store;
    this.limit = limit;
    this.counts = counts;
  }

  @Override
  public SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection) {
    changing.lock();
    try {
      return snapshots.createSnapshot(tenant, name, collection);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public List<SnapshotInfo> snapshots(String tenant) {
    return snapshots.snapshots(tenant);
  }

  @Override
  public void deleteSnapshot(String tenant, String name) {
    changing.lock();
    try {
      snapshots.deleteSnapshot(tenant, name);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public List<SnapshotInfo.Held> restoreSnapshot(
      String tenant, String name, Optional<String> collection, boolean replace) {
    changing.lock();
    try {
      OptionalLong most = limit.most(tenant);
      if (most.isEmpty()) {
        return snapshots.restoreSnapshot(tenant, name, collection, replace);
      }
      var wanted = new Wanted(tenant, held(tenant, name, collection), replace);
      TenantCount count = counts.apply(tenant);
      reserve(wanted, count, most.getAsLong());
      return restored(wanted, count, name, collection);
    } finally {
      changing.unlock();
    }
  }

  /** What is to be brought back. */
  private record Wanted(String tenant, List<SnapshotInfo.Held> held, boolean replace) {

    long documents() {
      return held.stream().mapToLong(SnapshotInfo.Held::documents).sum();
    }
  }

  /** Nothing where there is no such snapshot. */
  private List<SnapshotInfo.Held> held(String tenant, String name, Optional<String> collection) {
    return snapshots.snapshots(tenant).stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.collections().stream())
        .filter(held -> collection.isEmpty() || collection.get().equals(held.collection()))
        .toList();
  }

  /**
   * Room first, whether it is there or not, so that nobody stores into it from here on. Then it is
   * counted what there is, and last what of that is replaced: what is deleted in between makes it
   * seem fuller than it is.
   */
  private void reserve(Wanted wanted, TenantCount count, long most) {
    long documents = wanted.documents();
    count.reserve(documents, Long.MAX_VALUE);
    boolean fits = false;
    try {
      long all = count.sure();
      long replaced = replaced(wanted);
      fits = documents <= replaced || all - replaced <= most;
    } finally {
      if (!fits) {
        count.settle(documents, 0);
      }
    }
    if (!fits) {
      throw limit.exceeded(wanted.tenant(), most);
    }
  }

  private long replaced(Wanted wanted) {
    return wanted.held().stream()
        .filter(_ -> wanted.replace())
        .mapToLong(held -> kept(new CollectionKey(wanted.tenant(), held.collection())))
        .sum();
  }

  private long kept(CollectionKey key) {
    try {
      return store.size(key).documents();
    } catch (NotFound none) {
      return 0;
    }
  }

  /** All count as new until they are counted again, which is before the next document. */
  private List<SnapshotInfo.Held> restored(
      Wanted wanted, TenantCount count, String name, Optional<String> collection) {
    try {
      return snapshots.restoreSnapshot(wanted.tenant(), name, collection, wanted.replace());
    } finally {
      count.settle(wanted.documents(), wanted.documents());
      count.forget();
    }
  }
}
