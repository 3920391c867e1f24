package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/** One collection on disk; opens its index when it is first needed, and owns it. */
final class LuceneCollection implements AutoCloseable {

  private static final String INDEX = "index";

  private final CollectionFile file;
  private final CollectionInfo info;
  private final Path path;
  private final LexicalField lexical;
  private final Opener opener;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable LuceneIndex index;
  private boolean closed;
  private volatile @Nullable StoreUsage unopened;

  LuceneCollection(CollectionFile file, Path path, LexicalField lexical, Opener opener) {
    this.file = file;
    this.info = file.info();
    this.path = path;
    this.lexical = lexical;
    this.opener = opener;
  }

  /** Opens the directory of an index. */
  interface Opener {
    Directory open(Path path) throws IOException;
  }

  /** Makes an empty collection. Complete on disk when this returns. */
  static void make(CollectionFile file, Path path, LexicalField lexical, Opener opener)
      throws IOException {
    DurableFile.makeDirectory(path);
    try (Directory directory = opener.open(index(path))) {
      IndexSession.initialise(directory, lexical);
    }
    file.write(path);
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

  /** The same collection, open again. */
  LuceneCollection reopened() {
    return new LuceneCollection(file, path, lexical, opener);
  }

  /** A place in the history of this very collection. */
  WritePosition position(long sequence) {
    return new WritePosition(file.identity(), 0, sequence);
  }

  /** {@code Precondition} for a collection that an older version made. */
  void requireFilters() {
    if (!file.filters()) {
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

  /** Does not open the index for good. */
  StoreUsage usage() {
    LuceneIndex open = opened();
    return open == null ? readOnce() : open.usage();
  }

  /** Does not open the index for good. */
  CollectionSize size() {
    LuceneIndex open = opened();
    return open == null
        ? new CollectionSize(readOnce().documents(), readOnce().chunks())
        : open.read(searcher -> new IndexView(searcher).size());
  }

  /** What nobody opened does not change, and is read once. */
  private StoreUsage readOnce() {
    StoreUsage known = unopened;
    if (known == null) {
      known = read();
      unopened = known;
    }
    return known;
  }

  private @Nullable LuceneIndex opened() {
    lock.lock();
    try {
      return index == null && !closed ? null : index();
    } finally {
      lock.unlock();
    }
  }

  private StoreUsage read() {
    try (Directory directory = opener.open(index(path));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return LuceneUsage.of(directory, new IndexSearcher(reader));
    } catch (IOException | IllegalArgumentException e) {
      var _ = opened(); // it may have ended meanwhile
      throw new Internal("collection '" + info.key().collection() + "' cannot be read", e);
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
