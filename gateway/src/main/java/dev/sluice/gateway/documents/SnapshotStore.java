package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.NotFound;
import java.util.List;
import java.util.Optional;

/**
 * Keeps snapshots of a tenant's collections. Names are of the form of collections' names. Every
 * method throws {@code InvalidInput} for another name, {@code NotFound} for an unknown one, and
 * {@code StorageFull} or {@code Internal} when the storage fails.
 */
public interface SnapshotStore {

  /** A store of documents as one of snapshots, if it is. */
  static Optional<SnapshotStore> of(DocumentStore store) {
    return store instanceof SnapshotStore snapshots ? Optional.of(snapshots) : Optional.empty();
  }

  /** Of one collection or of all. {@code AlreadyExists} when there is a snapshot of this name. */
  SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection);

  /** All of a tenant by name. */
  List<SnapshotInfo> snapshots(String tenant);

  /** One of them. */
  default SnapshotInfo snapshot(String tenant, String name) {
    return snapshots(tenant).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NotFound("snapshot", name));
  }

  /** How many a tenant has. */
  default long snapshotCount(String tenant) {
    return snapshots(tenant).size();
  }

  /** Deletes one. */
  void deleteSnapshot(String tenant, String name);

  /**
   * Brings one collection or all back, once all checksums are verified. {@code AlreadyExists} when
   * there is one of the name that may not be replaced, {@code Precondition} when the snapshot is
   * damaged.
   */
  List<SnapshotInfo.Held> restoreSnapshot(
      String tenant, String name, Optional<String> collection, boolean replace);
}
