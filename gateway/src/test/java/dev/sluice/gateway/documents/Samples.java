package dev.sluice.gateway.documents;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.v1.Document.Format;
import io.grpc.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Documents and vectors to test with: a text's vector counts its words by their hash. */
final class Samples {

  static final int DIMENSION = 64;
  static final EmbedModel MODEL = new EmbedModel("bag-of-words", "f00d", DIMENSION, 512);
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private Samples() {}

  static CollectionKey key(String collection) {
    return new CollectionKey("default", collection);
  }

  /** A deadline that no retrieval here needs. */
  static Deadline soon() {
    return Deadline.after(30, TimeUnit.SECONDS);
  }

  static float[] vector(String text) {
    float[] vector = new float[DIMENSION];
    vector[0] = 1e-3f;
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
      if (!word.isEmpty()) {
        vector[Math.floorMod(word.hashCode() * 31, DIMENSION)] += 1;
      }
    }
    double length = 0;
    for (float each : vector) {
      length += each * each;
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(length));
    }
    return vector;
  }

  /** A document whose paragraphs are its chunks, its version being made of its content. */
  static StoredDocument document(String id, String title, String... paragraphs) {
    return document(id, title, Struct.getDefaultInstance(), paragraphs);
  }

  static StoredDocument document(String id, String title, Struct metadata, String... paragraphs) {
    String version = Integer.toHexString(Arrays.hashCode(paragraphs));
    DocumentRecord record =
        new DocumentRecord(id, title, Format.MARKDOWN, metadata, version, NOW, paragraphs.length);
    return new StoredDocument(record, String.join("\n\n", paragraphs));
  }

  static List<EmbeddedChunk> chunks(StoredDocument document) {
    List<EmbeddedChunk> chunks = new ArrayList<>();
    int start = 0;
    for (String paragraph : document.text().split("\n\n", -1)) {
      String title = document.record().title();
      Chunk chunk = new Chunk(start, start + paragraph.length(), List.of("Part " + start), title);
      chunks.add(new EmbeddedChunk(chunk, vector(chunk.read(document.text()))));
      start += paragraph.length() + 2;
    }
    return chunks;
  }

  static Struct metadata(String key, String value) {
    return Struct.newBuilder()
        .putFields(key, Value.newBuilder().setStringValue(value).build())
        .build();
  }
}
