package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.NotFound;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be done while a snapshot of one tenant is being taken. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TenantChangesTest {

  private static final String BUSY = "busy";
  private static final String OTHER = "other";
  private static final Optional<String> ALL = Optional.empty();
  private static final CollectionKey BOOKS = new CollectionKey(BUSY, "books");
  private static final CollectionKey POEMS = new CollectionKey(BUSY, "poems");

  @TempDir private Path data;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch going = new CountDownLatch(1);
  private volatile boolean holding;
  private LuceneStore store;
  private Future<SnapshotInfo> snapshot;

  /** Opens no index of the busy tenant while it is held. */
  private Directory open(Path path) throws IOException {
    if (holding && path.startsWith(data.resolve("collections").resolve(BUSY))) {
      begun.countDown();
      try {
        going.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return FSDirectory.open(path);
  }

  @BeforeEach
  void takeASnapshot() throws InterruptedException {
    store =
        new LuceneStore(
            data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW), this::open);
    store.create(BOOKS, Samples.MODEL, "c1");
    holding = true;
    snapshot = threads.submit(() -> store.createSnapshot(BUSY, "monday", ALL));
    begun.await();
  }

  @AfterEach
  void close() {
    going.countDown();
    threads.close();
    store.close();
  }

  @Test
  void anotherTenantsCollectionsAndSnapshotsComeAndGo() {
    CollectionKey films = new CollectionKey(OTHER, "films");
    store.create(films, Samples.MODEL, "c1");
    store.createSnapshot(OTHER, "tuesday", ALL);
    store.delete(films);
    assertThat(store.restoreSnapshot(OTHER, "tuesday", ALL, false)).hasSize(1);
    store.deleteSnapshot(OTHER, "tuesday");
    assertThat(store.collections(OTHER, "", 10)).hasSize(1);
  }

  @Test
  void snapshotsAreListedAndTheOneThatIsTakenIsLeftAlone() throws Exception {
    store.createSnapshot(OTHER, "tuesday", ALL);
    assertThat(store.snapshots(OTHER)).extracting(SnapshotInfo::name).containsExactly("tuesday");
    assertThat(store.snapshots(BUSY)).isEmpty();
    assertThat(store.snapshotCount(BUSY)).isZero();
    going.countDown();
    assertThat(snapshot.get().collections()).hasSize(1);
    assertThat(store.snapshots(BUSY)).extracting(SnapshotInfo::name).containsExactly("monday");
    assertThat(store.restoreSnapshot(BUSY, "monday", ALL, true)).hasSize(1);
  }

  @Test
  void aChangeOfTheSameTenantWaitsUntilItsDeadline() {
    ScheduledExecutorService never = Executors.newSingleThreadScheduledExecutor();
    try (Context.CancellableContext call =
        Context.current().withDeadline(Deadline.after(-1, TimeUnit.SECONDS), never)) {
      for (Runnable change :
          List.<Runnable>of(
              () -> store.create(POEMS, Samples.MODEL, "c1"),
              () -> store.delete(BOOKS),
              () -> store.createSnapshot(BUSY, "tuesday", ALL),
              () -> store.deleteSnapshot(BUSY, "monday"),
              () -> store.restoreSnapshot(BUSY, "monday", ALL, true))) {
        call.run(() -> assertThatThrownBy(change::run).isInstanceOf(DeadlineExceeded.class));
      }
    } finally {
      never.shutdownNow();
    }
  }

  @Test
  void whoLeavesWhileItWaitsChangesNothing() throws Exception {
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      Future<CollectionInfo> creation =
          threads.submit(call.wrap(() -> store.create(POEMS, Samples.MODEL, "c1")));
      call.cancel(null);
      going.countDown();
      assertThatThrownBy(creation::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(Cancelled.class);
    }
    snapshot.get();
    assertThatThrownBy(() -> store.collection(POEMS)).isInstanceOf(NotFound.class);
    assertThat(store.collection(BOOKS).key()).isEqualTo(BOOKS);
  }
}
