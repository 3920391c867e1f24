package dev.sluice.gateway.documents;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A process that stores ever newer generations of a few documents, several at once, and prints
 * {@code id generation} for each that was acknowledged, until somebody kills it.
 */
final class KilledWriter {

  static final CollectionKey KEY = Samples.key("killed");
  static final int DOCUMENTS = 12;

  private KilledWriter() {}

  static StoredDocument generation(int id, long generation) {
    return Samples.document("d" + id, "", "generation " + generation, "again " + generation);
  }

  /** Takes the data directory and the first generation to write. */
  public static void main(String[] arguments) throws InterruptedException {
    DataDirectory data = DataDirectory.open(Path.of(arguments[0]));
    DocumentStore store =
        new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    if (store.collections("default", "", 1).isEmpty()) {
      store.create(KEY, Samples.MODEL, "c1");
    }
    List<Thread> writers =
        IntStream.range(0, DOCUMENTS)
            .mapToObj(id -> Thread.startVirtualThread(() -> write(store, id, arguments[1])))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
  }

  private static void write(DocumentStore store, int id, String first) {
    for (long generation = Long.parseLong(first); ; generation++) {
      StoredDocument document = generation(id, generation);
      store.upsert(KEY, document, Samples.chunks(document)).join();
      System.out.println(id + " " + generation);
    }
  }
}
