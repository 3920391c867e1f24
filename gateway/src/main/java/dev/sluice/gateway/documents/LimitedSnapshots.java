package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.NotFound;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Snapshots of a tenant that may keep so many documents: one is brought back only where they all
 * have room. Those in a snapshot itself do not count.
 *
 * @param store of the collections
 * @param counts of tenants' documents
 */
record LimitedSnapshots(
    SnapshotStore snapshots,
    DocumentStore store,
    DocumentLimit limit,
    Function<String, TenantCount> counts)
    implements SnapshotStore {

  @Override
  public SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection) {
    return snapshots.createSnapshot(tenant, name, collection);
  }

  @Override
  public List<SnapshotInfo> snapshots(String tenant) {
    return snapshots.snapshots(tenant);
  }

  @Override
  public void deleteSnapshot(String tenant, String name) {
    snapshots.deleteSnapshot(tenant, name);
  }

  @Override
  public List<SnapshotInfo.Held> restoreSnapshot(
      String tenant, String name, Optional<String> collection, boolean replace) {
    OptionalLong most = limit.most(tenant);
    TenantCount count = counts.apply(tenant);
    long more = most.isEmpty() ? 0 : more(tenant, name, collection, replace);
    if (more > 0 && !count.reserve(more, most.getAsLong())) {
      throw limit.exceeded(tenant, most.getAsLong());
    }
    try {
      return snapshots.restoreSnapshot(tenant, name, collection, replace);
    } finally {
      count.settle(Math.max(0, more), 0);
      count.forget();
    }
  }

  /** How many documents there are more afterwards; 0 where there is no such snapshot. */
  private long more(String tenant, String name, Optional<String> collection, boolean replace) {
    return snapshots.snapshots(tenant).stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .flatMap(snapshot -> snapshot.collections().stream())
        .filter(held -> collection.isEmpty() || collection.get().equals(held.collection()))
        .mapToLong(held ->
            held.documents() - (replace ? kept(new CollectionKey(tenant, held.collection())) : 0))
        .sum();
  }

  private long kept(CollectionKey key) {
    try {
      return store.size(key).documents();
    } catch (NotFound none) {
      return 0;
    }
  }
}
