package dev.sluice.gateway.documents;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A process that stores, replaces and deletes a few documents at random until somebody kills it,
 * and takes snapshots. Says each change before it begins and when it was acknowledged, and when
 * what it reads meanwhile is not whole.
 */
final class KilledWriter {

  static final CollectionKey KEY = Samples.key("killed");
  static final int DOCUMENTS = 24;
  static final String BEGUN = "begun";
  static final String DONE = "done";
  static final String MIXED = "mixed";
  static final String DELETED = "deleted";

  /** Ends every line, so that a cut one can be told. */
  static final String END = " .";

  private static final int WRITERS = 4;
  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private KilledWriter() {}

  /** What is stored as this generation of a document: one to five paragraphs. */
  static StoredDocument document(int id, long generation) {
    String[] paragraphs =
        IntStream.rangeClosed(0, (int) (generation % 5))
            .mapToObj(part -> "again " + generation + " part " + part)
            .toArray(String[]::new);
    return Samples.document("d" + id, "", paragraphs);
  }

  /** Takes the data directory and the first generation to write. */
  public static void main(String[] arguments) throws InterruptedException {
    DataDirectory data = DataDirectory.open(Path.of(arguments[0]));
    LuceneStore store =
        new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    if (store.collections("default", "", 1).isEmpty()) {
      store.create(KEY, Samples.MODEL, "c1");
    }
    long first = Long.parseLong(arguments[1]);
    List<Thread> writers =
        IntStream.range(0, WRITERS)
            .mapToObj(i -> Thread.startVirtualThread(() -> write(store, i, first)))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
  }

  /** Every writer has documents of its own, so that each knows the order of its changes. */
  private static void write(LuceneStore store, int writer, long first) {
    Random random = new Random(first + writer);
    for (long generation = first; ; generation++) {
      int id = WRITERS * random.nextInt(DOCUMENTS / WRITERS) + writer;
      boolean deletes = random.nextInt(4) == 0;
      String change = " " + id + " " + (deletes ? DELETED : Long.toString(generation));
      say(BEGUN + change);
      if (deletes) {
        store.deleteDocument(KEY, "d" + id).join();
      } else {
        StoredDocument document = document(id, generation);
        store.upsert(KEY, document, Samples.chunks(document)).join();
      }
      say(DONE + change);
      read(store);
      if (writer == 0 && generation % 8 == 0) {
        var _ = store.createSnapshot(KEY.tenant(), "s" + generation, Optional.empty());
      }
    }
  }

  /** While others write. */
  private static void read(DocumentStore store) {
    try {
      WholeDocuments.read(store);
    } catch (RuntimeException | AssertionError e) {
      say(MIXED + " " + e.toString().replace('\n', ' '));
    }
  }

  /** In one write, past any buffer that would die with the process. */
  private static void say(String line) {
    try {
      OUT.write((line + END + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
