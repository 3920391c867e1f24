package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.lang.reflect.Proxy;
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
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much a tenant may keep, in the real Lucene store. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitedStoreTest {

  private static final CollectionKey BOOKS = key("books");
  private static final CollectionKey FILMS = key("films");

  @TempDir private Path folder;

  private final AtomicLong clock = new AtomicLong();
  private OptionalLong most = OptionalLong.of(3);
  private OptionalLong mostCollections = OptionalLong.empty();
  private OptionalLong mostSnapshots = OptionalLong.empty();
  private DataDirectory data;
  private LuceneStore lucene;
  private LimitedStore store;

  private final StorageLimits limits =
      new StorageLimits(
          limit("documents", () -> most),
          limit("collections", () -> mostCollections),
          limit("snapshots", () -> mostSnapshots));

  private static StorageLimit limit(String kind, Supplier<OptionalLong> most) {
    return new StorageLimit() {
      @Override
      public OptionalLong most(String tenant) {
        return most.get();
      }

      @Override
      public QuotaExceeded exceeded(String tenant, long limit) {
        return new QuotaExceeded(kind, tenant, kind + " are full", Duration.ofMinutes(1));
      }
    };
  }

  @BeforeEach
  void open() {
    data = DataDirectory.open(folder);
    reopen();
    store.create(BOOKS, MODEL, "c1");
    store.create(FILMS, MODEL, "c1");
  }

  private void reopen() {
    lucene = new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    store = new LimitedStore(lucene, limits, clock::get);
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

  private void assertFull(String kind, ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOfSatisfying(
            QuotaExceeded.class, refusal -> assertThat(refusal.quota()).isEqualTo(kind));
  }

  private CollectionInfo create(String name) {
    return store.create(key(name), MODEL, "c1");
  }

  @Test
  void noMoreCollectionsAreCreatedThanThereMayBe() {
    mostCollections = OptionalLong.of(3);
    create("third");
    assertFull("collections", () -> create("fourth"));
    assertThatThrownBy(() -> create("third")).isInstanceOf(AlreadyExists.class);
    store.delete(FILMS);
    create("fourth");
    assertFull("collections", () -> create("fifth"));
    store.create(new CollectionKey("other", "first"), MODEL, "c1");
    assertThat(lucene.collectionCount("default")).isEqualTo(3);
  }

  @Test
  void aLimitOfCollectionsOutlivesARestartAndMayBeLowered() {
    mostCollections = OptionalLong.of(2);
    lucene.close();
    reopen();
    assertFull("collections", () -> create("third"));
    mostCollections = OptionalLong.of(1);
    store.delete(FILMS);
    assertFull("collections", () -> create("third"));
    assertThat(store.collection(BOOKS).key()).isEqualTo(BOOKS);
  }

  @Test
  void aCollectionThatIsNotCreatedKeepsNoRoom() {
    mostCollections = OptionalLong.of(3);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> create("books")).isInstanceOf(AlreadyExists.class);
      assertThatThrownBy(() -> create("No Name")).isInstanceOf(InvalidInput.class);
    }
    assertThat(store.collectionsOf("default").onTheirWay()).isZero();
    create("third");
    assertFull("collections", () -> create("fourth"));
  }

  /** Creates collections for callers who do not hear of it. */
  private DocumentStore left() {
    return (DocumentStore)
        Proxy.newProxyInstance(
            DocumentStore.class.getClassLoader(),
            new Class<?>[] {DocumentStore.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(lucene, arguments);
              if (method.getName().equals("create")) {
                throw new Cancelled();
              }
              return result;
            });
  }

  @Test
  void aCollectionWhoseCallerLeftIsCounted() {
    mostCollections = OptionalLong.of(3);
    store = new LimitedStore(left(), limits, clock::get);
    assertThatThrownBy(() -> create("third")).isInstanceOf(Cancelled.class);
    assertThat(lucene.collectionCount("default")).isEqualTo(3);
    mostCollections = OptionalLong.of(4);
    assertThatThrownBy(() -> create("fourth")).isInstanceOf(Cancelled.class);
    assertThat(store.collectionsOf("default").sure()).isEqualTo(4);
  }

  @Test
  void noNumberOfCallersPassesTheLimitOfCollections() throws Exception {
    mostCollections = OptionalLong.of(5);
    List<Future<Boolean>> callers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        String name = "c" + i;
        callers.add(threads.submit(() -> isCreated(name)));
      }
    }
    int created = 0;
    for (Future<Boolean> caller : callers) {
      created += caller.get() ? 1 : 0;
    }
    assertThat(created).isEqualTo(3);
    assertThat(lucene.collectionCount("default")).isEqualTo(5);
    assertThat(store.collectionsOf("default").onTheirWay()).isZero();
  }

  private boolean isCreated(String name) {
    try {
      create(name);
      return true;
    } catch (QuotaExceeded full) {
      return false;
    }
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
    Slow slow = new Slow();
    SnapshotStore snapshots = store.limiting(slow);
    snapshots.createSnapshot("default", "monday", Optional.empty());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var restoring =
          threads.submit(
              () -> snapshots.restoreSnapshot("default", "monday", Optional.empty(), true));
      slow.begun.await();
      try {
        snapshots.createSnapshot("other", "monday", Optional.empty());
        snapshots.deleteSnapshot("other", "monday");
      } finally {
        slow.going.countDown();
      }
      assertThat(restoring.get()).hasSize(2);
    }
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
