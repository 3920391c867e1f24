package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.DeleteSnapshotRequest;
import dev.sluice.gateway.v1.DeleteSnapshotResponse;
import dev.sluice.gateway.v1.ListSnapshotsRequest;
import dev.sluice.gateway.v1.ListSnapshotsResponse;
import dev.sluice.gateway.v1.RestoreSnapshotRequest;
import dev.sluice.gateway.v1.RestoreSnapshotResponse;
import dev.sluice.gateway.v1.Snapshot;
import dev.sluice.gateway.v1.SnapshotCollection;
import dev.sluice.gateway.v1.SnapshotServiceGrpc.SnapshotServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.Unimplemented;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** Serves snapshots of a store that keeps some. Owns no store. */
public final class SnapshotEndpoint extends SnapshotServiceImplBase {

  private final Optional<SnapshotStore> store;

  /**
   * @param store empty where the documents are in a store that keeps no snapshots
   */
  public SnapshotEndpoint(Optional<SnapshotStore> store) {
    this.store = store;
  }

  SnapshotEndpoint(DocumentStore store) {
    this(SnapshotStore.of(store));
  }

  private SnapshotStore snapshots() {
    return store
        .map(TenantSnapshots::new)
        .orElseThrow(() ->
            new Unimplemented(
                "the documents are in OpenSearch: take snapshots with its own snapshot API"));
  }

  private static String tenant() {
    return Caller.current().tenant();
  }

  private static Optional<String> named(String collection) {
    return collection.isEmpty() ? Optional.empty() : Optional.of(collection);
  }

  @Override
  public void createSnapshot(CreateSnapshotRequest request, StreamObserver<Snapshot> responses) {
    responses.onNext(
        message(
            snapshots()
                .createSnapshot(tenant(), request.getSnapshot(), named(request.getCollection()))));
    responses.onCompleted();
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> responses) {
    ListSnapshotsResponse.Builder list = ListSnapshotsResponse.newBuilder();
    snapshots().snapshots(tenant()).forEach(info -> list.addSnapshots(message(info)));
    responses.onNext(list.build());
    responses.onCompleted();
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> responses) {
    snapshots().deleteSnapshot(tenant(), request.getSnapshot());
    responses.onNext(DeleteSnapshotResponse.getDefaultInstance());
    responses.onCompleted();
  }

  @Override
  public void restoreSnapshot(
      RestoreSnapshotRequest request, StreamObserver<RestoreSnapshotResponse> responses) {
    RestoreSnapshotResponse.Builder restored = RestoreSnapshotResponse.newBuilder();
    snapshots()
        .restoreSnapshot(
            tenant(), request.getSnapshot(), named(request.getCollection()), request.getReplace())
        .forEach(held -> restored.addCollections(message(held)));
    responses.onNext(restored.build());
    responses.onCompleted();
  }

  private static Snapshot message(SnapshotInfo info) {
    Snapshot.Builder message =
        Snapshot.newBuilder()
            .setName(info.name())
            .setCreateTime(DocumentEndpoint.timestamp(info.createTime()))
            .setSizeBytes(info.size());
    info.collections().forEach(held -> message.addCollections(message(held)));
    return message.build();
  }

  private static SnapshotCollection message(SnapshotInfo.Held held) {
    return SnapshotCollection.newBuilder()
        .setName(held.collection())
        .setDocumentCount(held.documents())
        .build();
  }
}
