package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Lucene store in which tenants may keep so much, as each test says. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LimitedStorage {

  static final CollectionKey BOOKS = key("books");
  static final CollectionKey FILMS = key("films");

  @TempDir Path folder;

  final AtomicLong clock = new AtomicLong();
  OptionalLong most = OptionalLong.of(3);
  OptionalLong mostCollections = OptionalLong.empty();
  OptionalLong mostSnapshots = OptionalLong.empty();
  private DataDirectory data;
  LuceneStore lucene;
  LimitedStore store;

  final StorageLimits limits =
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

  final void reopen() {
    lucene = new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    store = new LimitedStore(lucene, limits, clock::get);
  }

  @AfterEach
  void close() {
    lucene.close();
    data.close();
  }

  Upserted put(CollectionKey key, String id, String text) {
    return put(key, id, text, ExpectedVersion.any());
  }

  Upserted put(CollectionKey key, String id, String text, ExpectedVersion expected) {
    StoredDocument document = document(id, "", text);
    return Ingest.join(store.upsert(key, document, chunks(document), expected)).value();
  }

  void fill() {
    put(BOOKS, "a", "one");
    put(BOOKS, "b", "two");
    put(FILMS, "a", "three");
  }

  void assertFull() {
    assertThatThrownBy(() -> put(BOOKS, "new", "text")).isInstanceOf(QuotaExceeded.class);
    assertThatThrownBy(() -> store.requireRoom("default")).isInstanceOf(QuotaExceeded.class);
  }

  void assertFull(String kind, ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOfSatisfying(
            QuotaExceeded.class, refusal -> assertThat(refusal.quota()).isEqualTo(kind));
  }

  CollectionInfo create(String name) {
    return store.create(key(name), MODEL, "c1");
  }
}
