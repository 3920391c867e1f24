package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.NOW;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.StorageFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreTest extends DocumentStoreContract {

  private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);

  @TempDir private Path data;

  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicInteger commits = new AtomicInteger();

  @Override
  DocumentStore open() {
    return new LuceneStore(
        data, LexicalSettings.DEFAULT, CLOCK, path -> new FillingDirectory(FSDirectory.open(path)));
  }

  /** A disk that is full while the test says so. */
  private final class FillingDirectory extends FilterDirectory {

    FillingDirectory(Directory directory) {
      super(directory);
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (name.startsWith("pending_segments")) {
        commits.incrementAndGet();
      }
      if (full.get()) {
        throw new IOException("No space left on device");
      }
      return super.createOutput(name, context);
    }
  }

  @Test
  void aFullDiskFailsTheWriteAndTheStoreGoesOnWhenThereIsSpaceAgain() {
    CollectionKey key = key("full");
    try (DocumentStore store = open()) {
      store.create(key, MODEL, "c1");
      StoredDocument kept = document("kept", "", "apples");
      store.upsert(key, kept, chunks(kept)).join();
      full.set(true);
      StoredDocument refused = document("refused", "", "pears");
      assertThatThrownBy(() -> store.upsert(key, refused, chunks(refused)).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(StorageFull.class);
      assertThat(store.document(key, "kept")).contains(kept);
      assertThat(store.document(key, "refused")).isEmpty();
      full.set(false);
      assertThat(store.upsert(key, refused, chunks(refused)).join()).isEqualTo(Upserted.CREATED);
      assertThat(store.size(key)).isEqualTo(new CollectionSize(2, 2));
    } finally {
      full.set(false);
    }
  }

  @Test
  void aCollectionOfAnOlderVersionIsReadAndWritten() throws IOException {
    CollectionKey key = key("old");
    StoredDocument document = document("a", "", "apples");
    WritePosition position;
    try (DocumentStore store = open()) {
      store.create(key, MODEL, "c1");
      position =
          store.upsert(key, document, chunks(document), ExpectedVersion.any()).join().position();
    }
    Path file = data.resolve("collections/default/old/collection.json");
    String json = Files.readString(file);
    Files.writeString(file, json.replaceAll(",\"id\":.*", "}"));
    try (DocumentStore store = open()) {
      assertThat(store.collection(key)).isEqualTo(new CollectionInfo(key, MODEL, "c1", NOW));
      StoredDocument newer = document("a", "", "pears");
      WritePosition newest =
          store.upsert(key, newer, chunks(newer), ExpectedVersion.any()).join().position();
      store.requireVisible(key, newest, soon());
      assertThatThrownBy(() -> store.requireVisible(key, position, soon()))
          .isInstanceOf(Precondition.class);
    }
  }

  @Test
  void aWriteThatWasLostByRestoringOlderDataIsRefused() throws IOException {
    CollectionKey key = key("restored");
    try (DocumentStore store = open()) {
      store.create(key, MODEL, "c1");
      put(store, key, document("a", "", "apples"));
    }
    Path index = data.resolve("collections/default/restored/index");
    Path copy = data.resolve("copy");
    copy(index, copy);
    WritePosition lost;
    try (DocumentStore store = open()) {
      lost = put(store, key, document("a", "", "pears"));
    }
    try (Stream<Path> files = Files.list(index)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    copy(copy, index);
    try (DocumentStore store = open()) {
      assertThatThrownBy(() -> store.requireVisible(key, lost, soon()))
          .isInstanceOf(Precondition.class)
          .hasMessageContaining("restored from older data");
    }
  }

  private static WritePosition put(
      DocumentStore store, CollectionKey key, StoredDocument document) {
    return store.upsert(key, document, chunks(document), ExpectedVersion.any()).join().position();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void aCollectionThatNobodyUsedIsListedWithItsSizeAndStaysClosed() {
    CollectionKey key = key("unused");
    StoredDocument document = document("a", "", "apples", "pears");
    try (DocumentStore store = open()) {
      store.create(key, MODEL, "c1");
      put(store, key, document);
    }
    try (DocumentStore store = open()) {
      assertThat(store.size(key)).isEqualTo(new CollectionSize(1, 2));
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .doesNotContain("commit-unused");
      put(store, key, document("b", "", "plums"));
      assertThat(store.size(key)).isEqualTo(new CollectionSize(2, 3));
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .contains("commit-unused");
    }
  }

  @Test
  void writesOfManyCallersShareCommits() {
    CollectionKey key = key("shared");
    try (DocumentStore store = open()) {
      store.create(key, MODEL, "c1");
      int before = commits.get();
      IntStream.range(0, 400)
          .mapToObj(i -> document("d" + i, "", "text " + i))
          .map(document -> store.upsert(key, document, chunks(document)))
          .toList()
          .forEach(CompletableFuture::join);
      assertThat(commits.get() - before).isBetween(1, 100);
    }
  }

  @Test
  void whatADyingProcessLeftHalfMadeIsNoCollectionAndGoesAway() throws IOException {
    Path half = data.resolve("collections/default/.0f-half");
    Files.createDirectories(half.resolve("index"));
    Files.writeString(half.resolve("index/segments_1"), "half");
    try (DocumentStore store = open()) {
      assertThat(store.collections("default", "", 10))
          .extracting(info -> info.key().collection())
          .containsExactly("books");
    }
    assertThat(half).doesNotExist();
  }

  @Test
  void aBrokenIndexDoesNotKeepOtherCollectionsFromOpening() throws IOException {
    try (DocumentStore store = open()) {
      store.create(key("broken"), MODEL, "c1");
    }
    try (var files = Files.list(data.resolve("collections/default/broken/index"))) {
      for (Path file : files.toList()) {
        Files.writeString(file, "rubbish");
      }
    }
    try (DocumentStore store = open()) {
      assertThat(store.collections("default", "", 10)).hasSize(2);
      assertThatThrownBy(() -> store.size(key("broken")))
          .isInstanceOf(dev.sluice.serving.failure.Failure.Internal.class)
          .hasMessageContaining("broken");
      store.delete(key("broken"));
      assertThat(store.collections("default", "", 10)).hasSize(1);
    }
  }
}
