package dev.sluice.gateway.documents;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import dev.sluice.gateway.v1.Document.Format;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.StoredFieldVisitor;

/** The stored fields of one Lucene document, read up to the text or with it. */
final class StoredFields extends StoredFieldVisitor {

  private final boolean withText;
  private final Map<String, Object> values = new HashMap<>();
  private final List<String> headings = new ArrayList<>();

  private StoredFields(boolean withText) {
    this.withText = withText;
  }

  static StoredFields read(
      org.apache.lucene.index.StoredFields source, int document, boolean withText)
      throws IOException {
    StoredFields fields = new StoredFields(withText);
    source.document(document, fields);
    return fields;
  }

  static StoredFields read(IndexReader reader, int document, boolean withText) throws IOException {
    return read(reader.storedFields(), document, withText);
  }

  @Override
  public Status needsField(FieldInfo field) {
    return !withText && field.name.equals(DocumentBlock.TEXT) ? Status.STOP : Status.YES;
  }

  @Override
  public void stringField(FieldInfo field, String value) {
    if (field.name.equals(DocumentBlock.HEADING)) {
      headings.add(value);
    } else {
      values.put(field.name, value);
    }
  }

  @Override
  public void intField(FieldInfo field, int value) {
    values.put(field.name, value);
  }

  @Override
  public void binaryField(FieldInfo field, byte[] value) {
    values.put(field.name, value);
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("no stored field " + name);
    }
    return value;
  }

  private String string(String name) {
    return (String) value(name);
  }

  private int number(String name) {
    return (Integer) value(name);
  }

  boolean hasMetadata() {
    return values.containsKey(DocumentBlock.METADATA);
  }

  Struct metadata() {
    try {
      return Struct.parseFrom((byte[]) value(DocumentBlock.METADATA));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored metadata do not parse", e);
    }
  }

  StoredVersion version() {
    return new StoredVersion(string(DocumentBlock.VERSION), number(DocumentBlock.CHUNK_COUNT));
  }

  DocumentRecord record() {
    Format format = Format.forNumber(number(DocumentBlock.FORMAT));
    return new DocumentRecord(
        string(DocumentBlock.ID),
        string(DocumentBlock.TITLE),
        format == null ? Format.PLAIN_TEXT : format,
        metadata(),
        string(DocumentBlock.VERSION),
        Instant.parse(string(DocumentBlock.UPDATE_TIME)),
        number(DocumentBlock.CHUNK_COUNT));
  }

  StoredDocument document() {
    return new StoredDocument(record(), string(DocumentBlock.TEXT));
  }

  /** Of a passage: what was embedded. */
  String embeddedText() {
    return Chunk.read(string(DocumentBlock.HEADER), string(DocumentBlock.TEXT));
  }

  Passage passage(Struct metadata) {
    String id = string(DocumentBlock.ID);
    return new Passage(
        id,
        string(DocumentBlock.VERSION),
        id + "#" + number(DocumentBlock.ORDINAL),
        string(DocumentBlock.TITLE),
        List.copyOf(headings),
        string(DocumentBlock.TEXT),
        number(DocumentBlock.START),
        number(DocumentBlock.END),
        number(DocumentBlock.START_UTF8),
        string(DocumentBlock.HEADER),
        metadata);
  }
}
