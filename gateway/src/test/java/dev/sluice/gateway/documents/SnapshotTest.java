package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {

  private static final String TENANT = "default";
  private static final CollectionKey BOOKS = Samples.key("books");
  private static final CollectionKey PAPERS = Samples.key("papers");
  private static final Optional<String> ALL = Optional.empty();

  @TempDir private Path data;

  private LuceneStore store;

  @BeforeEach
  void open() {
    store =
        new LuceneStore(
            data,
            LexicalSettings.DEFAULT,
            InstantSource.fixed(Samples.NOW),
            path -> FSDirectory.open(path));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void fill() {
    store.create(BOOKS, Samples.MODEL, "c1");
    store.create(PAPERS, Samples.MODEL, "c1");
    put(BOOKS, "a", "apples");
    put(PAPERS, "p", "pears");
  }

  private void put(CollectionKey key, String id, String text) {
    StoredDocument document = Samples.document(id, "", text);
    store.upsert(key, document, Samples.chunks(document)).join();
  }

  private String text(CollectionKey key, String id) {
    return store.document(key, id).map(StoredDocument::text).orElse("none");
  }

  @Test
  void aCollectionComesBackAsItWasWhenTheSnapshotWasTaken() {
    fill();
    SnapshotInfo taken = store.createSnapshot(TENANT, "monday", ALL);
    put(BOOKS, "a", "changed");
    put(BOOKS, "b", "added");
    store.restoreSnapshot(TENANT, "monday", ALL, true);
    assertThat(text(BOOKS, "a")).isEqualTo("apples");
    assertThat(text(BOOKS, "b")).isEqualTo("none");
    assertThat(store.retrieve(PAPERS, Retrieval.lexical("pears", 5), Samples.soon())).hasSize(1);
    assertThat(taken.collections())
        .containsExactly(new SnapshotInfo.Held("books", 1), new SnapshotInfo.Held("papers", 1));
  }

  @Test
  void aWriteOfBeforeTheRestorationIsNotTakenForOneAfterIt() {
    fill();
    store.createSnapshot(TENANT, "monday", ALL);
    StoredDocument lost = Samples.document("lost", "", "plums");
    WritePosition written =
        store.upsert(BOOKS, lost, Samples.chunks(lost), ExpectedVersion.any()).join().position();
    store.restoreSnapshot(TENANT, "monday", ALL, true);
    IntStream.range(0, 5).forEach(number -> put(BOOKS, "n" + number, "text " + number));
    assertThatThrownBy(() -> store.requireVisible(BOOKS, written, Samples.soon()))
        .isInstanceOf(Precondition.class);
  }

  @Test
  void aSnapshotOutlivesItsCollectionAndTheProcess() {
    fill();
    store.createSnapshot(TENANT, "monday", Optional.of("books"));
    store.delete(BOOKS);
    store.close();
    open();
    assertThat(store.snapshots(TENANT)).extracting(SnapshotInfo::name).containsExactly("monday");
    store.restoreSnapshot(TENANT, "monday", ALL, false);
    assertThat(text(BOOKS, "a")).isEqualTo("apples");
    put(BOOKS, "b", "goes on");
    store.close();
    open();
    assertThat(text(BOOKS, "b")).isEqualTo("goes on");
  }

  @Test
  void aSnapshotStaysAsItIsHoweverMuchIsWrittenAndRestoredAfterwards() {
    fill();
    store.createSnapshot(TENANT, "monday", ALL);
    for (int i = 0; i < 2; i++) {
      IntStream.range(0, 50).forEach(number -> put(BOOKS, "n" + number, "text " + number));
      store.restoreSnapshot(TENANT, "monday", ALL, true);
      assertThat(store.size(BOOKS)).isEqualTo(new CollectionSize(1, 1));
    }
  }

  @Test
  void aCollectionThatExistsIsNotReplacedUnlessToldAndNothingElseIsRestored() {
    fill();
    store.createSnapshot(TENANT, "monday", ALL);
    put(PAPERS, "p", "changed");
    store.delete(BOOKS);
    assertThatThrownBy(() -> store.restoreSnapshot(TENANT, "monday", ALL, false))
        .isInstanceOf(AlreadyExists.class)
        .hasMessageContaining("'papers'");
    assertThat(text(PAPERS, "p")).isEqualTo("changed");
    assertThat(store.collections(TENANT, "", 10)).hasSize(1);
  }

  @Test
  void aDamagedSnapshotIsRefusedAndNothingIsTouched() throws IOException {
    fill();
    store.createSnapshot(TENANT, "monday", ALL);
    store.delete(BOOKS);
    Path index = data.resolve("snapshots/default/monday/books/index");
    try (Stream<Path> files = Files.list(index)) {
      Path file = files.sorted().findFirst().orElseThrow();
      byte[] content = Files.readAllBytes(file);
      content[content.length / 2] ^= 1;
      Files.delete(file);
      Files.write(file, content);
    }
    assertThatThrownBy(() -> store.restoreSnapshot(TENANT, "monday", ALL, true))
        .isInstanceOf(Precondition.class)
        .hasMessageContaining("'monday' is damaged")
        .hasMessageContaining("'books'");
    assertThat(text(PAPERS, "p")).isEqualTo("pears");
    assertThat(store.collections(TENANT, "", 10)).hasSize(1);
  }

  @Test
  void whatADyingProcessLeftOfASnapshotIsNoneAndGoesAway() throws IOException {
    Path half = Files.createDirectories(data.resolve("snapshots/default/.half/books"));
    store.close();
    open();
    assertThat(store.snapshots(TENANT)).isEmpty();
    assertThat(half).doesNotExist();
  }

  @Test
  void aSnapshotIsDeletedAndItsNameIsFree() {
    fill();
    store.createSnapshot(TENANT, "monday", ALL);
    assertThatThrownBy(() -> store.createSnapshot(TENANT, "monday", ALL))
        .isInstanceOf(AlreadyExists.class)
        .hasMessageContaining("snapshot 'monday'");
    store.deleteSnapshot(TENANT, "monday");
    assertThat(store.snapshots(TENANT)).isEmpty();
    store.createSnapshot(TENANT, "monday", ALL);
    assertThat(text(BOOKS, "a")).isEqualTo("apples");
  }

  @Test
  void anotherTenantHasSnapshotsOfItsOwn() {
    fill();
    store.createSnapshot(TENANT, "monday", ALL);
    assertThat(store.snapshots("other")).isEmpty();
    assertThatThrownBy(() -> store.restoreSnapshot("other", "monday", ALL, false))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.deleteSnapshot("other", "monday")).isInstanceOf(NotFound.class);
  }

  @Test
  void whatThereIsNotCannotBeSavedOrRestored() {
    fill();
    store.createSnapshot(TENANT, "monday", Optional.of("books"));
    assertThatThrownBy(() -> store.createSnapshot(TENANT, "x", Optional.of("poems")))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> store.restoreSnapshot(TENANT, "monday", Optional.of("papers"), true))
        .isInstanceOf(NotFound.class);
    assertThat(store.snapshots(TENANT)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "/etc", ".half", "Monday", "a\0b"})
  void aNameThatCouldLeaveTheDirectoryIsRefused(String name) {
    for (Runnable call :
        List.<Runnable>of(
            () -> store.createSnapshot(TENANT, name, ALL),
            () -> store.deleteSnapshot(TENANT, name),
            () -> store.restoreSnapshot(TENANT, name, ALL, true))) {
      assertThatThrownBy(call::run).isInstanceOf(InvalidInput.class);
    }
  }
}
