package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.SnapshotManifest.Held;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots in a data directory. They come and go by renaming, as collections do; the folders
 * of both are tidied in the same way when the store opens. One thread at a time makes, deletes and
 * unpacks those of a tenant; they are listed at any time.
 */
final class LuceneSnapshots {

  private final CollectionFolders folders;
  private final Path root;
  private final InstantSource clock;

  LuceneSnapshots(Path root, InstantSource clock) {
    this.folders = new CollectionFolders(root);
    this.root = root;
    this.clock = clock;
    folders.tidyAndList();
  }

  private static CollectionKey key(String tenant, String name) {
    CollectionKey key = new CollectionKey(tenant, name);
    if (!key.isNamed()) {
      throw new InvalidInput(
          "snapshot",
          "1 to 64 small letters, digits, '-' and '_', beginning with a letter or a digit");
    }
    return key;
  }

  private Path folder(CollectionKey key) {
    return root.resolve(CollectionFolders.fileName(key.tenant())).resolve(key.collection());
  }

  SnapshotInfo create(String tenant, String name, List<LuceneCollection> collections) {
    CollectionKey key = key(tenant, name);
    if (Files.exists(folder(key))) {
      throw new AlreadyExists("snapshot", name);
    }
    List<SnapshotManifest> sealed = new ArrayList<>();
    var _ = folders.add(key, folder -> sealed.add(fill(folder, name, collections)));
    return sealed.getFirst().info();
  }

  private SnapshotManifest fill(Path folder, String name, List<LuceneCollection> collections)
      throws IOException {
    DurableFile.makeDirectory(folder);
    List<String> names = new ArrayList<>();
    for (LuceneCollection collection : collections) {
      String held = collection.info().key().collection();
      collection.link(folder.resolve(held));
      names.add(held);
    }
    DurableFile.forceTree(folder);
    return SnapshotFolders.seal(folder, name, clock.instant(), names);
  }

  List<SnapshotInfo> list(String tenant) {
    return folders.list(tenant).stream()
        .flatMap(folder -> unlessDeleted(folder).stream())
        .map(SnapshotManifest::info)
        .toList();
  }

  long count(String tenant) {
    return folders.list(tenant).size();
  }

  SnapshotInfo find(String tenant, String name) {
    return manifest(existing(tenant, name)).info();
  }

  private static Optional<SnapshotManifest> unlessDeleted(Path folder) {
    try {
      return Optional.of(SnapshotManifest.read(folder));
    } catch (IOException e) {
      if (Files.notExists(folder)) {
        return Optional.empty(); // since it was listed
      }
      throw StorageFailures.of(e);
    }
  }

  private static SnapshotManifest manifest(Path folder) {
    try {
      return SnapshotManifest.read(folder);
    } catch (IOException e) {
      throw StorageFailures.of(e);
    }
  }

  private Path existing(String tenant, String name) {
    Path folder = folder(key(tenant, name));
    if (!Files.isDirectory(folder)) {
      throw new NotFound("snapshot", name);
    }
    return folder;
  }

  void delete(String tenant, String name) {
    folders.remove(existing(tenant, name));
  }

  /** What of a snapshot is asked for, whole as it was saved. */
  List<Held> verified(String tenant, String name, Optional<String> collection) {
    Path folder = existing(tenant, name);
    SnapshotManifest manifest = manifest(folder);
    List<Held> held =
        manifest.collections().stream()
            .filter(each -> collection.isEmpty() || collection.get().equals(each.collection()))
            .toList();
    if (held.isEmpty() && collection.isPresent()) {
      throw new NotFound("collection in snapshot '" + name + "'", collection.get());
    }
    try {
      for (Held each : held) {
        new CollectionKey(tenant, each.collection()).requireName();
        SnapshotFolders.verify(folder, manifest, each);
      }
      return held;
    } catch (IOException e) {
      throw StorageFailures.of(e);
    }
  }

  /** Fills a new folder of a collection with what was held of it. */
  void unpack(String tenant, String name, Held held, Path into) throws IOException {
    SnapshotFolders.unpack(folder(key(tenant, name)), held, into);
  }
}
