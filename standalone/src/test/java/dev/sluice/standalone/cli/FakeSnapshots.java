package dev.sluice.standalone.cli;

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
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/** Snapshots in memory, each of seven documents; a collection named "there" exists already. */
final class FakeSnapshots extends SnapshotServiceImplBase {

  final NavigableMap<String, Snapshot> snapshots = new ConcurrentSkipListMap<>();
  final Queue<RestoreSnapshotRequest> restored = new ConcurrentLinkedQueue<>();

  private static SnapshotCollection held(String collection) {
    return SnapshotCollection.newBuilder()
        .setName(collection.isEmpty() ? "docs" : collection)
        .setDocumentCount(7)
        .build();
  }

  private static StatusRuntimeException failure(Status.Code code, String message) {
    return Status.fromCode(code).withDescription(message).asRuntimeException();
  }

  private static <T> void reply(StreamObserver<T> observer, T message) {
    observer.onNext(message);
    observer.onCompleted();
  }

  @Override
  public void createSnapshot(CreateSnapshotRequest request, StreamObserver<Snapshot> observer) {
    Snapshot snapshot =
        Snapshot.newBuilder()
            .setName(request.getSnapshot())
            .setSizeBytes(3 << 20)
            .addCollections(held(request.getCollection()))
            .build();
    snapshots.put(request.getSnapshot(), snapshot);
    reply(observer, snapshot);
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
    reply(observer, ListSnapshotsResponse.newBuilder().addAllSnapshots(snapshots.values()).build());
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> observer) {
    if (snapshots.remove(request.getSnapshot()) == null) {
      observer.onError(
          failure(Status.Code.NOT_FOUND, "no snapshot named '" + request.getSnapshot() + "'"));
    } else {
      reply(observer, DeleteSnapshotResponse.getDefaultInstance());
    }
  }

  @Override
  public void restoreSnapshot(
      RestoreSnapshotRequest request, StreamObserver<RestoreSnapshotResponse> observer) {
    restored.add(request);
    if (request.getCollection().equals("there") && !request.getReplace()) {
      observer.onError(failure(Status.Code.ALREADY_EXISTS, "collection 'there' exists already"));
    } else {
      reply(
          observer,
          RestoreSnapshotResponse.newBuilder()
              .addCollections(held(request.getCollection()))
              .build());
    }
  }
}
