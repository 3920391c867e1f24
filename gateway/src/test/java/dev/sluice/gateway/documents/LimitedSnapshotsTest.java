package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How many snapshots a tenant may keep, and what of them may be brought back. */
class LimitedSnapshotsTest extends LimitedStorage {

  @Test
  void aSnapshotIsBroughtBackOnlyWhereItHasRoom() {
    fill();
    SnapshotStore snapshots = store.limiting(lucene);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    store.delete(FILMS);
    put(BOOKS, "c", "new");
    assertThatThrownBy(
            () -> snapshots.restoreSnapshot("default", "monday", Optional.of("films"), false))
        .isInstanceOf(QuotaExceeded.class);
    store.deleteDocument(BOOKS, "c").join();
    snapshots.restoreSnapshot("default", "monday", Optional.of("films"), false);
    assertFull();
    snapshots.restoreSnapshot("default", "monday", Optional.empty(), true);
    assertFull();
  }

  /** Brings back nothing before the test lets it. */
  private final class Slow implements SnapshotStore {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch going = new CountDownLatch(1);

    @Override
    public SnapshotInfo createSnapshot(String tenant, String name, Optional<String> collection) {
      return lucene.createSnapshot(tenant, name, collection);
    }

    @Override
    public List<SnapshotInfo> snapshots(String tenant) {
      return lucene.snapshots(tenant);
    }

    @Override
    public void deleteSnapshot(String tenant, String name) {
      lucene.deleteSnapshot(tenant, name);
    }

    @Override
    public List<SnapshotInfo.Held> restoreSnapshot(
        String tenant, String name, Optional<String> collection, boolean replace) {
      begun.countDown();
      try {
        going.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return lucene.restoreSnapshot(tenant, name, collection, replace);
    }
  }

  /** Does something between begin and end of bringing back a snapshot of all collections. */
  private void whileRestoring(Consumer<SnapshotStore> work) throws Exception {
    Slow slow = new Slow();
    SnapshotStore snapshots = store.limiting(slow);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var restoring =
          threads.submit(
              () -> snapshots.restoreSnapshot("default", "monday", Optional.empty(), true));
      slow.begun.await();
      try {
        work.accept(snapshots);
      } finally {
        slow.going.countDown();
      }
      assertThat(restoring.get()).hasSize(2);
    }
  }

  @Test
  void whatIsDeletedWhileASnapshotIsBroughtBackGivesNoRoom() throws Exception {
    fill();
    whileRestoring(_ -> {
      store.deleteDocument(BOOKS, "a").join();
      store.deleteDocument(BOOKS, "b").join();
      store.delete(FILMS);
      create("more");
      for (String id : List.of("a", "b", "c")) {
        assertThatThrownBy(() -> put(key("more"), id, "text")).isInstanceOf(QuotaExceeded.class);
      }
    });
    assertFull();
    assertThat(lucene.documentCount("default")).isEqualTo(3);
    assertThat(store.documentsOf("default").onTheirWay()).isZero();
  }

  @Test
  void aRestorationThatFailsOrIsRefusedKeepsNoRoom() {
    put(BOOKS, "a", "one");
    put(FILMS, "a", "two");
    SnapshotStore snapshots = store.limiting(lucene);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    assertThatThrownBy(
            () -> snapshots.restoreSnapshot("default", "monday", Optional.of("books"), false))
        .isInstanceOf(AlreadyExists.class);
    assertThatThrownBy(
            () -> snapshots.restoreSnapshot("default", "monday", Optional.empty(), false))
        .isInstanceOf(QuotaExceeded.class);
    assertThat(store.documentsOf("default").onTheirWay()).isZero();
    put(BOOKS, "b", "three");
    assertFull();
  }

  @Test
  void whatIsReplacedMakesRoom() {
    put(BOOKS, "a", "one");
    put(BOOKS, "b", "two");
    SnapshotStore snapshots = store.limiting(lucene);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    store.deleteDocument(BOOKS, "b").join();
    put(FILMS, "a", "three");
    snapshots.restoreSnapshot("default", "monday", Optional.of("books"), true);
    assertFull();
    assertThat(lucene.documentCount("default")).isEqualTo(3);
  }

  @Test
  void whoseLimitWasLoweredMayStillBringBackAsManyAsAreReplaced() {
    fill();
    SnapshotStore snapshots = store.limiting(lucene);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    most = OptionalLong.of(1);
    assertThat(snapshots.restoreSnapshot("default", "monday", Optional.empty(), true)).hasSize(2);
    assertFull();
    store.delete(FILMS);
    assertThatThrownBy(() -> snapshots.restoreSnapshot("default", "monday", Optional.empty(), true))
        .isInstanceOf(QuotaExceeded.class);
  }

  @Test
  void aSnapshotIsBroughtBackOnlyWhereItsCollectionsHaveRoom() {
    mostCollections = OptionalLong.of(2);
    SnapshotStore snapshots = store.limiting(lucene);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    snapshots.restoreSnapshot("default", "monday", Optional.empty(), true);
    store.delete(FILMS);
    create("poems");
    assertFull(
        "collections",
        () -> snapshots.restoreSnapshot("default", "monday", Optional.of("films"), false));
    assertFull(
        "collections",
        () -> snapshots.restoreSnapshot("default", "monday", Optional.empty(), true));
    snapshots.restoreSnapshot("default", "monday", Optional.of("books"), true);
    store.delete(key("poems"));
    snapshots.restoreSnapshot("default", "monday", Optional.of("films"), false);
    assertFull("collections", () -> create("third"));
    assertThat(store.collectionsOf("default").onTheirWay()).isZero();
  }

  @Test
  void noMoreSnapshotsAreTakenThanThereMayBe() {
    mostSnapshots = OptionalLong.of(2);
    SnapshotStore snapshots = store.limiting(lucene);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    snapshots.createSnapshot("default", "tuesday", Optional.of("books"));
    assertFull(
        "snapshots", () -> snapshots.createSnapshot("default", "wednesday", Optional.empty()));
    snapshots.createSnapshot("other", "monday", Optional.empty());
    snapshots.deleteSnapshot("default", "monday");
    snapshots.createSnapshot("default", "wednesday", Optional.empty());
    assertThat(snapshots.snapshots("default"))
        .extracting(SnapshotInfo::name)
        .containsExactly("tuesday", "wednesday");
  }

  @Test
  void noNumberOfCallersPassesTheLimitOfSnapshots() throws Exception {
    mostSnapshots = OptionalLong.of(3);
    SnapshotStore snapshots = store.limiting(lucene);
    List<Future<SnapshotInfo>> callers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10; i++) {
        String name = "s" + i;
        callers.add(
            threads.submit(() -> snapshots.createSnapshot("default", name, Optional.empty())));
      }
    }
    assertThat(callers).filteredOn(each -> each.state() == Future.State.SUCCESS).hasSize(3);
    assertThat(snapshots.snapshots("default")).hasSize(3);
  }

  @Test
  void anotherTenantsSnapshotsDoNotWaitForOneThatIsBroughtBack() throws Exception {
    whileRestoring(snapshots -> {
      snapshots.createSnapshot("other", "monday", Optional.empty());
      snapshots.deleteSnapshot("other", "monday");
    });
  }
}
