package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many documents a tenant may keep, in the real Lucene store. */
@Timeout(120)
class LimitedStoreTest {

  private static final CollectionKey BOOKS = key("books");
  private static final CollectionKey FILMS = key("films");

  @TempDir private Path folder;

  private final AtomicLong clock = new AtomicLong();
  private OptionalLong most = OptionalLong.of(3);
  private DataDirectory data;
  private LuceneStore lucene;
  private LimitedStore store;

  private final DocumentLimit limit =
      new DocumentLimit() {
        @Override
        public OptionalLong most(String tenant) {
          return most;
        }

        @Override
        public QuotaExceeded exceeded(String tenant, long limit) {
          return new QuotaExceeded("documents", tenant, "full", Duration.ofMinutes(1));
        }
      };

  @BeforeEach
  void open() {
    data = DataDirectory.open(folder);
    reopen();
    store.create(BOOKS, MODEL, "c1");
    store.create(FILMS, MODEL, "c1");
  }

  private void reopen() {
    lucene = new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    store = new LimitedStore(lucene, limit, clock::get);
  }

  @AfterEach
  void close() {
    lucene.close();
    data.close();
  }

  private Upserted put(CollectionKey key, String id, String text) {
    return put(key, id, text, ExpectedVersion.any());
  }

  private Upserted put(CollectionKey key, String id, String text, ExpectedVersion expected) {
    StoredDocument document = document(id, "", text);
    return Ingest.join(store.upsert(key, document, chunks(document), expected)).value();
  }

  private void fill() {
    put(BOOKS, "a", "one");
    put(BOOKS, "b", "two");
    put(FILMS, "a", "three");
  }

  private void assertFull() {
    assertThatThrownBy(() -> put(BOOKS, "new", "text")).isInstanceOf(QuotaExceeded.class);
    assertThatThrownBy(() -> store.requireRoom("default")).isInstanceOf(QuotaExceeded.class);
  }

  @Test
  void allCollectionsOfATenantCountTogether() {
    fill();
    assertFull();
    assertThat(lucene.documentCount("default")).isEqualTo(3);
  }

  @Test
  void replacingIsFreeAtTheLimitWhateverIsExpected() {
    fill();
    assertThat(put(BOOKS, "a", "other")).isEqualTo(Upserted.REPLACED);
    String version = lucene.version(BOOKS, "a").orElseThrow().version();
    assertThat(put(BOOKS, "a", "third", ExpectedVersion.exactly(version)))
        .isEqualTo(Upserted.REPLACED);
    assertThatThrownBy(() -> put(BOOKS, "a", "fourth", ExpectedVersion.absent()))
        .isInstanceOf(AlreadyExists.class);
    assertThat(put(BOOKS, "a", "third", ExpectedVersion.absent())).isEqualTo(Upserted.UNCHANGED);
    assertThatThrownBy(() -> put(BOOKS, "c", "new", ExpectedVersion.absent()))
        .isInstanceOf(QuotaExceeded.class);
    assertThat(lucene.documentCount("default")).isEqualTo(3);
  }

  @Test
  void whatIsDeletedGivesRoom() {
    fill();
    assertThat(store.deleteDocument(BOOKS, "b").join()).isTrue();
    assertThat(store.deleteDocument(BOOKS, "b").join()).isFalse();
    put(BOOKS, "c", "new");
    assertFull();
    store.delete(FILMS);
    put(BOOKS, "d", "new");
    assertFull();
  }

  @Test
  void theCountOutlivesARestart() {
    fill();
    lucene.close();
    reopen();
    assertFull();
  }

  @Test
  void aFailedWriteKeepsNoRoom() {
    put(BOOKS, "a", "one");
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> put(key("none"), "x", "y")).isNotInstanceOf(QuotaExceeded.class);
    }
    put(BOOKS, "b", "two");
    put(BOOKS, "c", "three");
    assertFull();
    assertThat(store.count("default").onTheirWay()).isZero();
  }

  @Test
  void whatAnotherGatewayStoredIsSeenAndWhatItDeletedToo() {
    put(BOOKS, "a", "one");
    StoredDocument elsewhere = document("b", "", "two");
    lucene.upsert(BOOKS, elsewhere, chunks(elsewhere)).join();
    clock.addAndGet(TenantCount.OLD_NANOS);
    put(BOOKS, "c", "three");
    assertFull();
    lucene.deleteDocument(BOOKS, "b").join();
    clock.addAndGet(TenantCount.SURE_NANOS);
    put(BOOKS, "d", "four");
    assertFull();
  }

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

  @Test
  void whatIsDeletedWhileASnapshotIsBroughtBackGivesNoRoom() throws Exception {
    fill();
    Slow slow = new Slow();
    SnapshotStore snapshots = store.limiting(slow);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var restoring =
          threads.submit(
              () -> snapshots.restoreSnapshot("default", "monday", Optional.empty(), true));
      slow.begun.await();
      store.deleteDocument(BOOKS, "a").join();
      store.deleteDocument(BOOKS, "b").join();
      store.delete(FILMS);
      store.create(key("more"), MODEL, "c1");
      try {
        for (String id : List.of("a", "b", "c")) {
          assertThatThrownBy(() -> put(key("more"), id, "text")).isInstanceOf(QuotaExceeded.class);
        }
      } finally {
        slow.going.countDown();
      }
      assertThat(restoring.get()).hasSize(2);
    }
    assertFull();
    assertThat(lucene.documentCount("default")).isEqualTo(3);
    assertThat(store.count("default").onTheirWay()).isZero();
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
    assertThat(store.count("default").onTheirWay()).isZero();
    put(BOOKS, "b", "three");
    assertFull();
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
  void aTenantWithoutALimitIsNotCounted() {
    most = OptionalLong.empty();
    fill();
    put(BOOKS, "c", "four");
    assertThat(store.count("default").total()).isZero();
  }

  /** Writers of few names beside deleters: never more than the limit, and no room is lost. */
  @Test
  void noNumberOfWritersPassesTheLimit() throws Exception {
    most = OptionalLong.of(10);
    List<Future<Integer>> writers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        Random random = new Random(i);
        writers.add(threads.submit(() -> write(random)));
      }
    }
    int refused = 0;
    for (Future<Integer> writer : writers) {
      refused += writer.get();
    }
    assertThat(refused).isPositive();
    assertThat(store.count("default").onTheirWay()).isZero();
    assertThat(lucene.documentCount("default")).isLessThanOrEqualTo(10);
    clock.addAndGet(TenantCount.OLD_NANOS);
    for (int i = 0; lucene.documentCount("default") < 10; i++) {
      put(BOOKS, "filling " + i, "text");
    }
    assertFull();
  }

  private int write(Random random) {
    int refused = 0;
    for (int i = 0; i < 20; i++) {
      String id = "d" + random.nextInt(25);
      try {
        if (random.nextInt(4) == 0) {
          var _ = store.deleteDocument(BOOKS, id).join();
        } else {
          var _ = put(BOOKS, id, "text " + random.nextInt(1000));
        }
      } catch (QuotaExceeded full) {
        refused++;
      }
      assertThat(lucene.documentCount("default")).isLessThanOrEqualTo(10);
    }
    return refused;
  }
}
