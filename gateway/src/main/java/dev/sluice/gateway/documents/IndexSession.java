package dev.sluice.gateway.documents;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of one index. Changes become durable and visible together, at {@link #commit};
 * the searchers never see less or more than the last commit. Opens its writer when it needs one, so
 * that it goes on after a writer broke. Confined to one thread.
 */
final class IndexSession {

  private static final Logger LOG = LoggerFactory.getLogger(IndexSession.class);
  private static final double BUFFER_MIB = 64;

  private final Directory directory;
  private final LexicalField lexical;
  private final SearcherManager searchers;

  /** Whether a document exists after the changes that are not committed yet. */
  private final Map<String, Boolean> changed = new HashMap<>();

  private @Nullable IndexWriter writer;

  IndexSession(Directory directory, LexicalField lexical, SearcherManager searchers) {
    this.directory = directory;
    this.lexical = lexical;
    this.searchers = searchers;
  }

  /** Leaves an empty index in a directory without one. */
  static void initialise(Directory directory, LexicalField lexical) throws IOException {
    new IndexWriter(directory, config(lexical)).close();
  }

  static IndexWriterConfig config(LexicalField lexical) {
    return new IndexWriterConfig(lexical.analyzer())
        .setCodec(VectorCodec.codec())
        .setSimilarity(lexical.similarity())
        .setRAMBufferSizeMB(BUFFER_MIB)
        .setMergeScheduler(new LoggedMerges());
  }

  private IndexWriter writer() throws IOException {
    if (writer != null && !writer.isOpen() && changed.isEmpty()) {
      rollback(); // a merge broke it, and no change with it
    }
    IndexWriter open = writer;
    if (open == null) {
      open = new IndexWriter(directory, config(lexical));
      writer = open;
    }
    return open;
  }

  Upserted put(DocumentBlock block) throws IOException {
    boolean existed = exists(block.id());
    writer().updateDocuments(DocumentBlock.term(block.id()), block);
    changed.put(block.id(), true);
    return existed ? Upserted.REPLACED : Upserted.CREATED;
  }

  /** Says whether there was one. */
  boolean delete(String documentId) throws IOException {
    boolean existed = exists(documentId);
    if (existed) {
      writer().deleteDocuments(DocumentBlock.term(documentId));
      changed.put(documentId, false);
    }
    return existed;
  }

  private boolean exists(String documentId) throws IOException {
    Boolean pending = changed.get(documentId);
    if (pending != null) {
      return pending;
    }
    IndexSearcher searcher = searchers.acquire();
    try {
      return new IndexView(searcher).find(documentId).isPresent();
    } finally {
      searchers.release(searcher);
    }
  }

  /** The files of the last commit. They stay until the next one, which only this thread makes. */
  Collection<String> committedFiles() throws IOException {
    return SegmentInfos.readLatestCommit(directory).files(true);
  }

  void commit() throws IOException {
    writer().commit();
    changed.clear();
    searchers.maybeRefreshBlocking();
  }

  /** Whether there is a writer, whose merges may still go on. */
  boolean isWriting() {
    return writer != null;
  }

  /** Commits what was merged since the last change, if anything was. */
  void commitMerges() throws IOException {
    IndexWriter open = writer;
    if (open != null && open.isOpen() && open.hasUncommittedChanges()) {
      commit();
    }
  }

  /** Forgets what is not committed, and the writer with it. */
  void rollback() {
    changed.clear();
    IndexWriter broken = writer;
    writer = null;
    if (broken != null) {
      try {
        broken.rollback();
      } catch (IOException | RuntimeException e) {
        LOG.warn("an index could not be rolled back", e);
      }
    }
  }

  /** A merge that fails breaks the writer, which the next change finds out; it ends no thread. */
  private static final class LoggedMerges extends ConcurrentMergeScheduler {
    @Override
    protected void handleMergeException(Throwable exception) {
      LOG.warn("merging an index failed", exception);
    }
  }
}
