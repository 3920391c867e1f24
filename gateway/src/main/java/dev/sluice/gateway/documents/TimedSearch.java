package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;

/** One state of an index, searched until a deadline and while the caller is there. */
final class TimedSearch {

  private final IndexSearcher searcher;
  private final Deadline deadline;

  TimedSearch(IndexSearcher shared, Deadline deadline) {
    this.searcher = new IndexSearcher(shared.getIndexReader());
    this.deadline = deadline;
    searcher.setSimilarity(shared.getSimilarity());
    Context caller = Context.current();
    searcher.setTimeout(() -> deadline.isExpired() || caller.isCancelled());
  }

  IndexSearcher searcher() {
    return searcher;
  }

  /** Matches without scoring. */
  Weight weight(Query query) throws IOException {
    return searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
  }

  /** The best documents of a query, best first. */
  int[] best(Query query, int most) throws IOException {
    ScoreDoc[] hits = searcher.search(query, most).scoreDocs;
    requireWanted();
    return Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray();
  }

  /**
   * Throws when nobody waits: a search that was given up says by nothing else that it is a part.
   */
  void requireWanted() {
    if (Context.current().isCancelled()) {
      throw new Cancelled();
    }
    if (searcher.timedOut() || deadline.isExpired()) {
      throw new DeadlineExceeded("the deadline passed in the document store");
    }
  }

  /** Documents of one segment: {@code found[from, to)}. */
  interface LeafVisitor {
    void visit(LeafReaderContext leaf, int from, int to) throws IOException;
  }

  /** Calls back for each run of documents of one segment; they come in ascending order. */
  void forEachLeaf(int[] found, LeafVisitor visitor) throws IOException {
    List<LeafReaderContext> leaves = searcher.getLeafContexts();
    int from = 0;
    while (from < found.length) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(found[from], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from;
      while (to < found.length && found[to] < end) {
        to++;
      }
      visitor.visit(leaf, from, to);
      from = to;
    }
  }
}
