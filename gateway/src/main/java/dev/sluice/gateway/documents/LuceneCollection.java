package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/** One collection on disk; opens its index when it is first needed, and owns it. */
final class LuceneCollection implements AutoCloseable {

  private static final String INDEX = "index";

  private final CollectionInfo info;
  private final Path path;
  private final boolean filters;
  private final LexicalField lexical;
  private final Opener opener;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable LuceneIndex index;
  private boolean closed;

  /**
   * @param filters whether its records can be found by their metadata
   */
  LuceneCollection(
      CollectionInfo info, Path path, boolean filters, LexicalField lexical, Opener opener) {
    this.info = info;
    this.path = path;
    this.filters = filters;
    this.lexical = lexical;
    this.opener = opener;
  }

  /** Opens the directory of an index. */
  interface Opener {
    Directory open(Path path) throws IOException;
  }

  /** Makes an empty collection. Complete on disk when this returns. */
  static void make(CollectionInfo info, Path path, LexicalField lexical, Opener opener)
      throws IOException {
    DurableFile.makeDirectory(path);
    try (Directory directory = opener.open(index(path))) {
      IndexSession.initialise(directory, lexical);
    }
    CollectionFile.write(path, info);
  }

  /** Where the index of a collection lies in its folder. */
  static Path index(Path folder) {
    return folder.resolve(INDEX);
  }

  /**
   * Links what was committed last into a new folder. Writes wait meanwhile, so that none of it is
   * deleted; they do not share a failure.
   */
  void link(Path folder) throws IOException {
    Path to = index(folder);
    Files.createDirectories(to);
    Optional<IOException> failure =
        index()
            .write(session -> {
              try {
                for (String file : session.committedFiles()) {
                  SnapshotFolders.link(index(path).resolve(file), to.resolve(file));
                }
                return Optional.<IOException>empty();
              } catch (IOException e) {
                return Optional.of(e);
              }
            })
            .join();
    if (failure.isPresent()) {
      throw failure.get();
    }
    SnapshotFolders.link(CollectionFile.in(path), CollectionFile.in(folder));
    DurableFile.forceTree(folder);
  }

  CollectionInfo info() {
    return info;
  }

  Path path() {
    return path;
  }

  boolean hasFilters() {
    return filters;
  }

  /** {@code Precondition} for a collection that an older version made. */
  void requireFilters() {
    if (!filters) {
      throw new Precondition(
          "COLLECTION_WITHOUT_FILTERS",
          ("collection '%s' was made by a version of Sluice that kept no metadata to filter by:"
                  + " create another one and store its documents again")
              .formatted(info.key().collection()));
    }
  }

  LuceneIndex index() {
    lock.lock();
    try {
      if (closed) {
        throw new NotFound("collection", info.key().collection());
      }
      LuceneIndex open = index;
      if (open == null) {
        open = LuceneIndex.open(info.key(), opener.open(index(path)), lexical);
        index = open;
      }
      return open;
    } catch (IOException | IllegalArgumentException e) {
      throw new Internal("collection '" + info.key().collection() + "' cannot be opened", e);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LuceneIndex seal() {
    lock.lock();
    try {
      closed = true;
      LuceneIndex open = index;
      index = null;
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the collection for good; writes that wait fail with NotFound. */
  void discard() {
    LuceneIndex open = seal();
    if (open != null) {
      open.discard();
    }
  }

  @Override
  public void close() {
    LuceneIndex open = seal();
    if (open != null) {
      open.close();
    }
  }
}
