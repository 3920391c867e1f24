package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of collections: {@code <root>/<tenant>/<collection>}. They come and go by
 * renaming, so that what a dying process leaves half made or half deleted never looks like a
 * collection. Nothing is shared between tenants but the root.
 */
final class CollectionFolders {

  private static final Logger LOG = LoggerFactory.getLogger(CollectionFolders.class);

  /** Begins the names of what is no collection yet or any more. */
  private static final String PASSING = ".";

  private final Path root;

  CollectionFolders(Path root) {
    this.root = root;
  }

  /** Fills a new directory. */
  interface Filling {
    void fill(Path directory) throws IOException;
  }

  /** Removes what earlier processes left and lists the collections. */
  List<Path> tidyAndList() {
    try {
      DurableFile.makeDirectory(root);
      List<Path> collections = new ArrayList<>();
      for (Path tenant : directories(root)) {
        for (Path collection : directories(tenant)) {
          if (isPassing(collection)) {
            DurableFile.deleteTree(collection);
          } else {
            collections.add(collection);
          }
        }
      }
      return collections;
    } catch (IOException e) {
      throw new Internal("the collections in " + root + " cannot be read", e);
    }
  }

  /** Those of a tenant, by name. Some may come and go meanwhile. */
  List<Path> list(String tenant) {
    Path parent = root.resolve(fileName(tenant));
    try {
      return Files.isDirectory(parent)
          ? directories(parent).stream().filter(each -> !isPassing(each)).toList()
          : List.of();
    } catch (IOException e) {
      throw new Internal("the directories in " + parent + " cannot be read", e);
    }
  }

  private static boolean isPassing(Path directory) {
    return directory.getFileName().toString().startsWith(PASSING);
  }

  private static List<Path> directories(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  static CollectionFile read(Path collection) {
    try {
      return CollectionFile.read(collection);
    } catch (IOException e) {
      throw new Internal("the collection in " + collection + " cannot be read", e);
    }
  }

  Path add(CollectionKey key, Filling filling) {
    Path unfinished = prepare(key.tenant(), filling);
    try {
      return finish(unfinished, key);
    } catch (Failure e) {
      discard(unfinished);
      throw e;
    }
  }

  /** Fills a directory that is no collection yet. */
  Path prepare(String tenant, Filling filling) {
    Path unfinished = root.resolve(fileName(tenant)).resolve(passingName());
    try {
      filling.fill(unfinished);
      return unfinished;
    } catch (IOException e) {
      discard(unfinished);
      throw StorageFailures.of(e);
    } catch (Failure e) {
      discard(unfinished);
      throw e;
    }
  }

  /** Makes a collection of what was prepared. */
  Path finish(Path unfinished, CollectionKey key) {
    Path path = root.resolve(fileName(key.tenant())).resolve(key.collection());
    try {
      DurableFile.move(unfinished, path);
      return path;
    } catch (IOException e) {
      throw StorageFailures.of(e);
    }
  }

  void remove(Path collection) {
    Path passing = collection.resolveSibling(passingName());
    try {
      DurableFile.move(collection, passing);
    } catch (IOException e) {
      throw StorageFailures.of(e);
    }
    discard(passing);
  }

  /** Deletes what is no collection yet or any more. */
  static void discard(Path passing) {
    try {
      if (Files.exists(passing)) {
        DurableFile.deleteTree(passing);
      }
    } catch (IOException e) {
      LOG.warn("{} could not be deleted; the next start tries again", passing, e);
    }
  }

  private static String passingName() {
    return PASSING + UUID.randomUUID();
  }

  /** A name that is safe on every file system and different for different tenants. */
  static String fileName(String tenant) {
    StringBuilder name = new StringBuilder();
    for (byte each : tenant.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      name.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return name.toString();
  }
}
