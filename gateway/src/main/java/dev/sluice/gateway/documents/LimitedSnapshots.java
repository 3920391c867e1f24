package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.NotFound;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Snapshots of a tenant that may keep so many of them, and so many collections and documents: one
 * is brought back only where all that it holds has room. Documents in a snapshot itself do not
 * count.
 */
final class LimitedSnapshots implements SnapshotStore {

  private final SnapshotStore snapshots;
  private final DocumentStore store;
  private final StorageLimits limits;
  private final TenantCounts documents;
  private final TenantCounts collections;

  /** A snapshot stays as it is from the look at its size until it is brought back. */
  private final TenantLocks changes = new TenantLocks();

  /**
   * @param store of the collections
   * @param documents that tenants keep in it
   * @param collections that tenants keep in it
   */
  LimitedSnapshots(
      SnapshotStore snapshots,
      DocumentStore store,
      StorageLimits limits,
      TenantCounts documents,
      TenantCounts collections) {
    this.snapshots = snapshots;
    this.store = store;
    this.limits = limits;
    this.documents = documents;
    this.collections = collections;
  }

  @Override
  public SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection) {
    return changes.alone(
        tenant,
        () -> {
          requireRoom(tenant);
          return snapshots.createSnapshot(tenant, name, collection);
        });
  }

  private void requireRoom(String tenant) {
    limits
        .snapshots()
        .most(tenant)
        .ifPresent(most -> {
          if (snapshots.snapshotCount(tenant) >= most) {
            throw limits.snapshots().exceeded(tenant, most);
          }
        });
  }

  @Override
  public List<SnapshotInfo> snapshots(String tenant) {
    return snapshots.snapshots(tenant);
  }

  @Override
  public SnapshotInfo snapshot(String tenant, String name) {
    return snapshots.snapshot(tenant, name);
  }

  @Override
  public long snapshotCount(String tenant) {
    return snapshots.snapshotCount(tenant);
  }

  @Override
  public void deleteSnapshot(String tenant, String name) {
    changes.alone(tenant, () -> snapshots.deleteSnapshot(tenant, name));
  }

  @Override
  public List<SnapshotInfo.Held> restoreSnapshot(
      String tenant, String name, Optional<String> collection, boolean replace) {
    return changes.alone(
        tenant,
        () -> {
          var wanted = new Wanted(tenant, held(tenant, name, collection), replace);
          return collections(wanted)
              .during(() ->
                  documents(wanted)
                      .during(() -> snapshots.restoreSnapshot(tenant, name, collection, replace)));
        });
  }

  private List<SnapshotInfo.Held> held(String tenant, String name, Optional<String> collection) {
    return snapshots.snapshot(tenant, name).collections().stream()
        .filter(held -> collection.isEmpty() || collection.get().equals(held.collection()))
        .toList();
  }

  /** What is to be brought back. */
  private record Wanted(String tenant, List<SnapshotInfo.Held> held, boolean replace) {

    /** The sum over the collections that are replaced, where there are any. */
    long replaced(ToLongFunction<CollectionKey> kept) {
      return held.stream()
          .filter(_ -> replace)
          .mapToLong(each -> sizeIfThere(new CollectionKey(tenant, each.collection()), kept))
          .sum();
    }

    private static long sizeIfThere(CollectionKey key, ToLongFunction<CollectionKey> kept) {
      try {
        return kept.applyAsLong(key);
      } catch (NotFound none) {
        return 0;
      }
    }
  }

  private RestorationRoom collections(Wanted wanted) {
    return new RestorationRoom(
        limits.collections(),
        collections.of(wanted.tenant()),
        wanted.tenant(),
        wanted.held().size(),
        () ->
            wanted.replaced(key -> {
              var _ = store.collection(key);
              return 1;
            }));
  }

  private RestorationRoom documents(Wanted wanted) {
    return new RestorationRoom(
        limits.documents(),
        documents.of(wanted.tenant()),
        wanted.tenant(),
        wanted.held().stream().mapToLong(SnapshotInfo.Held::documents).sum(),
        () -> wanted.replaced(key -> store.size(key).documents()));
  }
}
