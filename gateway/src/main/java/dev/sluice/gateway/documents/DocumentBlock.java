package dev.sluice.gateway.documents;

import com.google.common.base.Utf8;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * A document as one block of Lucene documents: its passages in order, then its record. The block is
 * replaced at once by the term that all of it carries. A passage keeps its own copy of its text,
 * because cutting a thousand candidates out of texts of up to 16 MiB means decompressing those.
 */
final class DocumentBlock implements Iterable<Document> {

  /** On every document of a block: the id. */
  static final String BLOCK = "block";

  /** On the record alone: the id. */
  static final String RECORD = "record";

  /** Finds all records. */
  static final Term IS_RECORD = new Term("kind", "record");

  static final String VECTOR = "vector";

  /** On passages, doc values: how many documents further its record stands. */
  static final String TO_RECORD = "to_record";

  static final String ID = "id";
  static final String VERSION = "version";
  static final String TITLE = "title";
  static final String TEXT = "text";
  static final String METADATA = "metadata";
  static final String HEADING = "heading";
  static final String ORDINAL = "ordinal";
  static final String START = "start";
  static final String END = "end";
  static final String START_UTF8 = "start_utf8";
  static final String HEADER = "header";
  static final String FORMAT = "format";
  static final String UPDATE_TIME = "update_time";
  static final String CHUNK_COUNT = "chunk_count";

  /** Metadata up to this size, in bytes, are kept with every passage, larger ones on the record. */
  private static final int INLINE_METADATA = 1024;

  private final StoredDocument document;
  private final List<EmbeddedChunk> chunks;
  private final LexicalField lexical;
  private final int[] startsUtf8;

  DocumentBlock(StoredDocument document, List<EmbeddedChunk> chunks, LexicalField lexical) {
    this.document = document;
    this.chunks = chunks;
    this.lexical = lexical;
    this.startsUtf8 = startsUtf8(document.text(), chunks);
  }

  private static int[] startsUtf8(String text, List<EmbeddedChunk> chunks) {
    int[] starts = new int[chunks.size()];
    int bytes = 0;
    int from = 0;
    for (int i = 0; i < starts.length; i++) {
      int start = chunks.get(i).chunk().start();
      bytes += Utf8.encodedLength(text.substring(from, start));
      starts[i] = bytes;
      from = start;
    }
    return starts;
  }

  static Term term(String documentId) {
    return new Term(BLOCK, documentId);
  }

  String id() {
    return document.id();
  }

  String version() {
    return document.record().version();
  }

  /** Made as Lucene takes them, so that a large document is not in memory twice. */
  @Override
  public Iterator<Document> iterator() {
    Stream<Document> passages = IntStream.range(0, chunks.size()).mapToObj(this::passage);
    return Stream.concat(passages, Stream.of(record())).iterator();
  }

  private Document passage(int ordinal) {
    DocumentRecord record = document.record();
    Chunk chunk = chunks.get(ordinal).chunk();
    Document fields = new Document();
    fields.add(new StringField(BLOCK, record.id(), Store.NO));
    fields.add(new NumericDocValuesField(TO_RECORD, chunks.size() - ordinal));
    fields.add(lexical.words(chunk.read(document.text())));
    fields.add(
        new KnnFloatVectorField(
            VECTOR, chunks.get(ordinal).vector(), VectorSimilarityFunction.DOT_PRODUCT));
    fields.add(new StoredField(ID, record.id()));
    fields.add(new StoredField(VERSION, record.version()));
    fields.add(new StoredField(ORDINAL, ordinal));
    fields.add(new StoredField(TITLE, record.title()));
    chunk.headings().forEach(heading -> fields.add(new StoredField(HEADING, heading)));
    fields.add(new StoredField(START, chunk.start()));
    fields.add(new StoredField(END, chunk.end()));
    fields.add(new StoredField(START_UTF8, startsUtf8[ordinal]));
    fields.add(new StoredField(HEADER, chunk.header()));
    fields.add(new StoredField(TEXT, chunk.text(document.text())));
    if (record.metadata().getSerializedSize() <= INLINE_METADATA) {
      fields.add(new StoredField(METADATA, record.metadata().toByteArray()));
    }
    return fields;
  }

  /** The text comes last, so that who reads the rest can stop before it. */
  private Document record() {
    DocumentRecord record = document.record();
    Document fields = new Document();
    fields.add(new StringField(BLOCK, record.id(), Store.NO));
    fields.add(new StringField(RECORD, record.id(), Store.NO));
    fields.add(new StringField(IS_RECORD.field(), IS_RECORD.text(), Store.NO));
    LuceneFilter.addTo(fields, record);
    fields.add(new StoredField(ID, record.id()));
    fields.add(new StoredField(VERSION, record.version()));
    fields.add(new StoredField(CHUNK_COUNT, record.chunkCount()));
    fields.add(new StoredField(TITLE, record.title()));
    fields.add(new StoredField(FORMAT, record.format().getNumber()));
    fields.add(new StoredField(UPDATE_TIME, record.updateTime().toString()));
    fields.add(new StoredField(METADATA, record.metadata().toByteArray()));
    fields.add(new StoredField(TEXT, document.text()));
    return fields;
  }
}
