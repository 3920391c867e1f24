package dev.sluice.gateway.documents;

import java.util.List;
import java.util.Optional;

/** Snapshots of the current caller's tenant alone, as {@link TenantStore}. */
record TenantSnapshots(SnapshotStore store) implements SnapshotStore {

  private static void own(String tenant, String name) {
    TenantStore.requireOwn(tenant, "snapshot", name);
  }

  @Override
  public SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection) {
    own(tenant, name);
    return store.createSnapshot(tenant, name, collection);
  }

  @Override
  public List<SnapshotInfo> snapshots(String tenant) {
    own(tenant, "");
    return store.snapshots(tenant);
  }

  @Override
  public void deleteSnapshot(String tenant, String name) {
    own(tenant, name);
    store.deleteSnapshot(tenant, name);
  }

  @Override
  public List<SnapshotInfo.Held> restoreSnapshot(
      String tenant, String name, Optional<String> collection, boolean replace) {
    own(tenant, name);
    return store.restoreSnapshot(tenant, name, collection, replace);
  }
}
