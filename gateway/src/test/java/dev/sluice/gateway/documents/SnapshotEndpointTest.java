package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.ListSnapshotsRequest;
import dev.sluice.gateway.v1.ListSnapshotsResponse;
import dev.sluice.gateway.v1.RestoreSnapshotRequest;
import dev.sluice.gateway.v1.RestoreSnapshotResponse;
import dev.sluice.gateway.v1.Snapshot;
import dev.sluice.gateway.v1.SnapshotCollection;
import dev.sluice.serving.failure.Failure.Unimplemented;
import io.grpc.stub.StreamObserver;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotEndpointTest {

  private static final CreateSnapshotRequest MONDAY =
      CreateSnapshotRequest.newBuilder().setSnapshot("monday").build();

  @TempDir private Path data;

  /** Takes the one response. */
  private static final class Replies<T> implements StreamObserver<T> {
    private final List<T> replies = new ArrayList<>();
    private boolean completed;

    @Override
    public void onNext(T reply) {
      replies.add(reply);
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onCompleted() {
      completed = true;
    }

    T one() {
      assertThat(completed).isTrue();
      assertThat(replies).hasSize(1);
      return replies.getFirst();
    }
  }

  @Test
  void aSnapshotIsTakenListedAndRestored() {
    CollectionKey books = Samples.key("books");
    try (LuceneStore store =
        new LuceneStore(
            data,
            LexicalSettings.DEFAULT,
            InstantSource.fixed(Samples.NOW),
            path -> FSDirectory.open(path))) {
      store.create(books, Samples.MODEL, "c1");
      StoredDocument document = Samples.document("a", "", "apples");
      store.upsert(books, document, Samples.chunks(document)).join();
      SnapshotEndpoint endpoint = new SnapshotEndpoint(store);
      SnapshotCollection held =
          SnapshotCollection.newBuilder().setName("books").setDocumentCount(1).build();

      Replies<Snapshot> taken = new Replies<>();
      endpoint.createSnapshot(MONDAY, taken);
      assertThat(taken.one().getCollectionsList()).containsExactly(held);
      assertThat(taken.one().getSizeBytes()).isPositive();

      Replies<ListSnapshotsResponse> list = new Replies<>();
      endpoint.listSnapshots(ListSnapshotsRequest.getDefaultInstance(), list);
      assertThat(list.one().getSnapshotsList()).containsExactly(taken.one());

      store.delete(books);
      Replies<RestoreSnapshotResponse> restored = new Replies<>();
      endpoint.restoreSnapshot(
          RestoreSnapshotRequest.newBuilder().setSnapshot("monday").build(), restored);
      assertThat(restored.one().getCollectionsList()).containsExactly(held);
      assertThat(store.document(books, "a")).contains(document);
    }
  }

  @Test
  void aStoreWithoutSnapshotsSaysWhereToTakeThem() {
    DocumentStore elsewhere =
        (DocumentStore)
            Proxy.newProxyInstance(
                DocumentStore.class.getClassLoader(),
                new Class<?>[] {DocumentStore.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError(method);
                });
    assertThatThrownBy(
            () -> new SnapshotEndpoint(elsewhere).createSnapshot(MONDAY, new Replies<>()))
        .isInstanceOf(Unimplemented.class)
        .hasMessageContaining("OpenSearch");
  }
}
