package dev.sluice.gateway.documents;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
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
 * that it goes on after a writer broke. Confined to one thread, but for {@link #visible}.
 */
final class IndexSession {

  private static final Logger LOG = LoggerFactory.getLogger(IndexSession.class);
  private static final double BUFFER_MIB = 64;

  /** In the user data of a commit: the number of the last change in it. */
  private static final String SEQUENCE = "sequence";

  private final Directory directory;
  private final LexicalField lexical;
  private final SearcherManager searchers;

  /**
   * The versions of documents after the changes that are not committed yet; none for deleted ones.
   */
  private final Map<String, Optional<String>> changed = new HashMap<>();

  private @Nullable IndexWriter writer;

  /** Counts the changes of the index for ever; some numbers are left out. */
  private long sequence;

  private volatile long visible;

  IndexSession(Directory directory, LexicalField lexical, SearcherManager searchers)
      throws IOException {
    this.directory = directory;
    this.lexical = lexical;
    this.searchers = searchers;
    this.sequence = committed(searchers);
    this.visible = sequence;
  }

  private static long committed(SearcherManager searchers) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      DirectoryReader reader = (DirectoryReader) searcher.getIndexReader();
      return Long.parseLong(reader.getIndexCommit().getUserData().getOrDefault(SEQUENCE, "0"));
    } finally {
      searchers.release(searcher);
    }
  }

  /** The number of the last change, which may not be committed yet. */
  long sequence() {
    return sequence;
  }

  /** The number of the last change that searchers see. For any thread. */
  long visible() {
    return visible;
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

  /** {@code AlreadyExists} or {@code VersionConflict} when another version is there. */
  Upserted put(DocumentBlock block, ExpectedVersion expected) throws IOException {
    Optional<String> stored = version(block.id());
    if (!expected.wants(block.version(), block.id(), stored)) {
      return Upserted.UNCHANGED;
    }
    writer().updateDocuments(DocumentBlock.term(block.id()), block);
    changed.put(block.id(), Optional.of(block.version()));
    sequence++;
    return stored.isPresent() ? Upserted.REPLACED : Upserted.CREATED;
  }

  /** Says whether there was one. {@code VersionConflict} when another version is there. */
  boolean delete(String documentId, ExpectedVersion expected) throws IOException {
    Optional<String> stored = version(documentId);
    if (stored.isEmpty()) {
      return false;
    }
    expected.check(documentId, stored);
    writer().deleteDocuments(DocumentBlock.term(documentId));
    changed.put(documentId, Optional.empty());
    sequence++;
    return true;
  }

  private Optional<String> version(String documentId) throws IOException {
    Optional<String> pending = changed.get(documentId);
    if (pending != null) {
      return pending;
    }
    IndexSearcher searcher = searchers.acquire();
    try {
      return new IndexView(searcher).version(documentId).map(StoredVersion::version);
    } finally {
      searchers.release(searcher);
    }
  }

  /** The files of the last commit. They stay until the next one, which only this thread makes. */
  Collection<String> committedFiles() throws IOException {
    return SegmentInfos.readLatestCommit(directory).files(true);
  }

  void commit() throws IOException {
    IndexWriter open = writer();
    if (!changed.isEmpty()) {
      open.setLiveCommitData(Map.of(SEQUENCE, Long.toString(sequence)).entrySet());
    }
    open.commit();
    changed.clear();
    searchers.maybeRefreshBlocking();
    visible = sequence;
  }

  /** Whether segments are being merged, or were since the last commit. */
  boolean isMerging() {
    IndexWriter open = writer;
    return open != null
        && open.isOpen()
        && (open.hasPendingMerges()
            || !open.getMergingSegments().isEmpty()
            || open.hasUncommittedChanges());
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
