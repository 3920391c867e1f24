package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The documents in one state of an index. */
final class IndexView {

  private final IndexSearcher searcher;
  private final IndexReader reader;

  IndexView(IndexSearcher searcher) {
    this.searcher = searcher;
    this.reader = searcher.getIndexReader();
  }

  Optional<StoredVersion> version(String documentId) throws IOException {
    OptionalInt found = find(documentId);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(StoredFields.read(reader, found.getAsInt(), false).version());
  }

  Optional<StoredDocument> document(String documentId) throws IOException {
    OptionalInt found = find(documentId);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(StoredFields.read(reader, found.getAsInt(), true).document());
  }

  /** By what was embedded. The passages of a block stand right before its record. */
  Map<String, float[]> vectors(String documentId) throws IOException {
    OptionalInt found = find(documentId);
    if (found.isEmpty()) {
      return Map.of();
    }
    int record = found.getAsInt();
    LeafReaderContext leaf = reader.leaves().get(ReaderUtil.subIndex(record, reader.leaves()));
    int count = StoredFields.read(reader, record, false).version().chunkCount();
    return count == 0 ? Map.of() : vectors(leaf, record - leaf.docBase, count);
  }

  private static Map<String, float[]> vectors(LeafReaderContext leaf, int record, int count)
      throws IOException {
    Map<String, float[]> vectors = HashMap.newHashMap(count);
    org.apache.lucene.index.StoredFields stored = leaf.reader().storedFields();
    FloatVectorValues values = leaf.reader().getFloatVectorValues(DocumentBlock.VECTOR);
    DocIndexIterator position = values.iterator();
    for (int passage = record - count; passage < record; passage++) {
      if (position.advance(passage) != passage) {
        throw new IllegalStateException("a passage without a vector");
      }
      vectors.put(
          StoredFields.read(stored, passage, true).embeddedText(),
          values.vectorValue(position.index()).clone());
    }
    return vectors;
  }

  /** The Lucene document of a record; an id stands in several segments, but lives in one. */
  OptionalInt find(String documentId) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      PostingsEnum postings =
          leaf.reader().postings(new Term(DocumentBlock.RECORD, documentId), PostingsEnum.NONE);
      int document = firstLive(postings, leaf.reader().getLiveDocs());
      if (document != DocIdSetIterator.NO_MORE_DOCS) {
        return OptionalInt.of(leaf.docBase + document);
      }
    }
    return OptionalInt.empty();
  }

  private static int firstLive(@Nullable PostingsEnum postings, @Nullable Bits live)
      throws IOException {
    if (postings == null) {
      return DocIdSetIterator.NO_MORE_DOCS;
    }
    int document = postings.nextDoc();
    while (document != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(document)) {
      document = postings.nextDoc();
    }
    return document;
  }

  /**
   * Walks the dictionary of ids, so that a page costs its own length, not the collection's; with a
   * filter also what it lets pass, and the ids between.
   */
  List<DocumentRecord> page(String after, int limit, @Nullable Filter filter) throws IOException {
    List<DocumentRecord> page = new ArrayList<>();
    Terms ids = MultiTerms.getTerms(reader, DocumentBlock.RECORD);
    if (ids == null) {
      return page;
    }
    Bits live = MultiBits.getLiveDocs(reader);
    Bits wanted = filter == null ? live : matching(LuceneFilter.records(filter), live);
    org.apache.lucene.index.StoredFields stored = reader.storedFields();
    TermsEnum id = ids.iterator();
    BytesRef from = new BytesRef(after);
    boolean found = id.seekCeil(from) != TermsEnum.SeekStatus.END;
    if (found && id.term().equals(from)) {
      found = id.next() != null;
    }
    PostingsEnum postings = null;
    while (found && page.size() < limit) {
      postings = id.postings(postings, PostingsEnum.NONE);
      int document = firstLive(postings, wanted);
      if (document != DocIdSetIterator.NO_MORE_DOCS) {
        page.add(StoredFields.read(stored, document, false).record());
      }
      found = id.next() != null;
    }
    return page;
  }

  private Bits matching(Query query, @Nullable Bits live) throws IOException {
    FixedBitSet matching = new FixedBitSet(Math.max(1, reader.maxDoc()));
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext leaf : reader.leaves()) {
      Scorer scorer = weight.scorer(leaf);
      if (scorer != null) {
        DocIdSetIterator matches = scorer.iterator();
        int document = matches.nextDoc();
        while (document != DocIdSetIterator.NO_MORE_DOCS) {
          int place = leaf.docBase + document;
          if (live == null || live.get(place)) {
            matching.set(place);
          }
          document = matches.nextDoc();
        }
      }
    }
    return matching;
  }

  CollectionSize size() throws IOException {
    int documents = new IndexSearcher(reader).count(new TermQuery(DocumentBlock.IS_RECORD));
    return new CollectionSize(documents, reader.numDocs() - documents);
  }
}
