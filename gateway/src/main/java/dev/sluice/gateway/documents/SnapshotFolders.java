package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.SnapshotManifest.Held;
import dev.sluice.gateway.documents.SnapshotManifest.HeldFile;
import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/** The files of snapshots: {@code <root>/<tenant>/<name>}, in a folder for each collection. */
final class SnapshotFolders {

  private SnapshotFolders() {}

  /** Links a file, or copies it where the file system cannot link. */
  static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      DurableFile.copy(from, to);
    }
  }

  /** Completes a snapshot whose collections are there. */
  static SnapshotManifest seal(Path snapshot, String name, Instant time, List<String> collections)
      throws IOException {
    List<Held> held = new ArrayList<>();
    for (String collection : collections) {
      Path folder = snapshot.resolve(collection);
      held.add(new Held(collection, documents(folder), files(folder)));
    }
    SnapshotManifest manifest =
        new SnapshotManifest(SnapshotManifest.FORMAT, name, time.toString(), held);
    manifest.write(snapshot);
    return manifest;
  }

  private static long documents(Path folder) throws IOException {
    try (FSDirectory directory = FSDirectory.open(LuceneCollection.index(folder));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return new IndexView(new IndexSearcher(reader)).size().documents();
    }
  }

  private static List<HeldFile> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted().map(file -> held(folder, file)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static HeldFile held(Path folder, Path file) {
    try {
      return new HeldFile(folder.relativize(file).toString(), Files.size(file), FileHash.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code Precondition} naming the collection when its files are not those of the manifest. */
  static void verify(Path snapshot, SnapshotManifest manifest, Held held) throws IOException {
    Path folder = snapshot.resolve(held.collection());
    if (!Files.isDirectory(folder) || !files(folder).equals(held.files())) {
      throw new Precondition(
          "SNAPSHOT_DAMAGED",
          "snapshot '%s' is damaged: the files of collection '%s' are not those that were saved"
              .formatted(manifest.name(), held.collection()));
    }
  }

  /**
   * Fills a new folder with the files of a collection in a snapshot. Writes that came after the
   * snapshot are not in it, so that tokens of the collection before are none of this one.
   */
  static void unpack(Path snapshot, Held held, Path into) throws IOException {
    for (HeldFile file : held.files()) {
      Path to = into.resolve(file.path());
      Files.createDirectories(LuceneCollection.index(into));
      link(snapshot.resolve(held.collection()).resolve(file.path()), to);
    }
    CollectionFile.read(into).again().write(into);
    DurableFile.forceTree(into);
  }
}
