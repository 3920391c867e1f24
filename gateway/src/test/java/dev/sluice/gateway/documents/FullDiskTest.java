package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.StorageFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a store whose disk is full, and of it when there is room again. */
@Timeout(300)
class FullDiskTest {

  private static final CollectionKey KEY = Samples.key("full");
  private static final int ENOUGH = 2000;

  @TempDir private Path directory;

  private final List<StoredDocument> acknowledged = new ArrayList<>();
  private int longText = 100;

  @Test
  void aDiskThatIsReallyFullLosesNothingAndIsUsedAgainWhenThereIsRoom() throws Exception {
    Assumptions.assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=12m", "none", directory.toString()) == 0,
        "only root can mount a small file system to fill");
    try {
      longText = 100_000;
      Path other = Files.write(directory.resolve("other"), new byte[4 << 20]);
      try (DocumentStore store = open(FSDirectory::open)) {
        store.create(KEY, Samples.MODEL, "c1");
        int next = writeUntilFull(store);
        checkAll(store);
        assertThatThrownBy(() -> store.create(Samples.key("another"), Samples.MODEL, "c1"))
            .isInstanceOf(StorageFull.class);
        Files.delete(other);
        write(store, next);
        store.create(Samples.key("another"), Samples.MODEL, "c1");
        checkAll(store);
      }
      try (DocumentStore store = open(FSDirectory::open)) {
        checkAll(store);
      }
    } finally {
      command("umount", "-l", directory.toString());
    }
  }

  @Test
  void aStoreWhoseDiskIsFullIsOpenedAndReadAndTakesWritesWhenThereIsRoom() throws Exception {
    Assumptions.assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=12m", "none", directory.toString()) == 0,
        "only root can mount a small file system to fill");
    try {
      try (var data = DataDirectory.open(directory.resolve("data"));
          DocumentStore store = open(FSDirectory::open)) {
        assertThat(DataDirectory.owner(data.path())).isPresent();
        store.create(KEY, Samples.MODEL, "c1");
        write(store, 0);
      }
      Path other = directory.resolve("other");
      assertThatThrownBy(() -> Files.write(other, new byte[12 << 20]))
          .hasMessageContaining("No space left");
      try (var data = DataDirectory.open(directory.resolve("data"));
          DocumentStore store = open(FSDirectory::open)) {
        assertThat(DataDirectory.owner(data.path())).isEmpty();
        checkAll(store);
        Files.delete(other);
        write(store, 1);
        checkAll(store);
      }
    } finally {
      command("umount", "-l", directory.toString());
    }
  }

  /** Of files that only merging writes, none gets onto the disk while the test says so. */
  private static final class UnmergeableDirectory extends FilterDirectory {
    private final AtomicInteger refusals;
    private boolean full = true;

    UnmergeableDirectory(Directory directory, AtomicInteger refusals) {
      super(directory);
      this.refusals = refusals;
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (context.context() == IOContext.Context.MERGE && full) {
        full = refusals.incrementAndGet() < 3;
        throw new IOException("No space left on device");
      }
      return super.createOutput(name, context);
    }
  }

  @Test
  void aDiskThatIsFullWhenSegmentsMergeLosesNothing() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    try (DocumentStore store =
        open(path -> new UnmergeableDirectory(FSDirectory.open(path), refusals))) {
      store.create(KEY, Samples.MODEL, "c1");
      for (int i = 0; i < ENOUGH && refusals.get() < 3; i++) {
        writeOrBeRefused(store, i);
      }
      assertThat(refusals.get()).isGreaterThanOrEqualTo(3);
      writeOrBeRefused(store, ENOUGH);
      write(store, ENOUGH + 1);
      checkAll(store);
    }
    try (DocumentStore store = open(FSDirectory::open)) {
      checkAll(store);
    }
  }

  private DocumentStore open(LuceneCollection.Opener opener) {
    return new LuceneStore(
        directory.resolve("data"),
        LexicalSettings.DEFAULT,
        InstantSource.fixed(Samples.NOW),
        opener);
  }

  /** The number of the document that was refused. */
  private int writeUntilFull(DocumentStore store) {
    for (int i = 0; i < ENOUGH; i++) {
      if (!writeOrBeRefused(store, i)) {
        return i;
      }
    }
    throw new AssertionError("the disk never was full");
  }

  private boolean writeOrBeRefused(DocumentStore store, int number) {
    try {
      write(store, number);
      return true;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(StorageFull.class);
      return false;
    }
  }

  private void write(DocumentStore store, int number) {
    StoredDocument document =
        Samples.document("d" + number, "", "apples " + number, filler(number));
    store.upsert(KEY, document, Samples.chunks(document)).join();
    acknowledged.add(document);
  }

  /** Does not compress. */
  private String filler(int number) {
    return new Random(number)
        .longs(longText / 17)
        .mapToObj("%016x"::formatted)
        .collect(Collectors.joining(" "));
  }

  /** Searches go on, and find what was acknowledged and nothing else. */
  private void checkAll(DocumentStore store) {
    assertThat(acknowledged).isNotEmpty();
    for (StoredDocument document : acknowledged) {
      assertThat(store.document(KEY, document.id())).contains(document);
    }
    Retrieval apples = Retrieval.hybrid("apples", Samples.vector("apples"), 2 * ENOUGH);
    assertThat(store.retrieve(KEY, apples, Samples.soon()))
        .filteredOn(candidate -> candidate.passage().text().startsWith("apples"))
        .hasSameSizeAs(acknowledged);
  }

  private static int command(String... words) throws InterruptedException {
    try {
      return new ProcessBuilder(words)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // no such command here
    }
  }
}
