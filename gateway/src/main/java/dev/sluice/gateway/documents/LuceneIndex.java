package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open index of one collection: its searchers and its committer, both owned here. */
final class LuceneIndex implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LuceneIndex.class);

  /** Writes that may wait; further writers block. */
  private static final int QUEUE_LIMIT = 64;

  private final CollectionKey key;
  private final Directory directory;
  private final SearcherManager searchers;
  private final IndexSession session;
  private final GroupCommitter committer;

  private LuceneIndex(
      CollectionKey key,
      Directory directory,
      SearcherManager searchers,
      IndexSession session,
      GroupCommitter committer) {
    this.key = key;
    this.directory = directory;
    this.searchers = searchers;
    this.session = session;
    this.committer = committer;
  }

  /** Opens an index as its last commit left it; closes the directory when it cannot. */
  static LuceneIndex open(CollectionKey key, Directory directory, LexicalField lexical)
      throws IOException {
    try {
      SearcherManager searchers = new SearcherManager(directory, scoringWith(lexical));
      IndexSession session = new IndexSession(directory, lexical, searchers);
      GroupCommitter committer = new GroupCommitter(key.collection(), session, QUEUE_LIMIT);
      committer.start();
      return new LuceneIndex(key, directory, searchers, session, committer);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static SearcherFactory scoringWith(LexicalField lexical) {
    return new SearcherFactory() {
      @Override
      public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(lexical.similarity());
        return searcher;
      }
    };
  }

  /** Reads one state of an index. */
  interface Reading<T> {
    T read(IndexSearcher searcher) throws IOException;
  }

  StoreUsage usage() {
    return read(searcher -> LuceneUsage.of(directory, searcher));
  }

  <T> T read(Reading<T> reading) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return reading.read(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (AlreadyClosedException e) {
      throw gone();
    } catch (IOException e) {
      throw new Internal("the document store failed", e);
    }
  }

  /** The number of the last change that reads see. */
  long visible() {
    return session.visible();
  }

  <T> CompletableFuture<T> write(GroupCommitter.Change<T> change) {
    return committer.submit(change);
  }

  private Failure gone() {
    return new NotFound("collection", key.collection());
  }

  /** Fails the writes that wait, because the collection is going to be deleted. */
  void discard() {
    committer.abort(gone());
    closeFiles();
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    committer.close();
    closeFiles();
  }

  private void closeFiles() {
    try {
      searchers.close();
      directory.close();
    } catch (IOException e) {
      LOG.warn("an index could not be closed", e);
    }
  }
}
