package dev.sluice.gateway.documents.opensearch;

import com.google.common.base.Utf8;
import dev.sluice.gateway.documents.Chunk;
import dev.sluice.gateway.documents.EmbeddedChunk;
import dev.sluice.gateway.documents.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A document and its passages as one OpenSearch document. */
record DocumentSource(StoredDocument document, List<EmbeddedChunk> chunks) {

  private static final int BYTES_OF_A_NUMBER = 18;

  /** What it will be on the wire, about. */
  long bytes() {
    long numbers = chunks.stream().mapToLong(chunk -> chunk.vector().length).sum();
    return 4L * document.text().length() + BYTES_OF_A_NUMBER * numbers;
  }

  /** One line of JSON. */
  byte[] json() {
    return Json.write(
        Map.of(
            IndexDefinition.ID, document.id(),
            IndexDefinition.CHUNK_COUNT, chunks.size(),
            IndexDefinition.RECORD, Json.write(StoredRecord.of(document.record())),
            IndexDefinition.TEXT, document.text(),
            IndexDefinition.FILTER, FilterQuery.terms(document.record().metadata()),
            IndexDefinition.CHUNKS, passages()));
  }

  private List<Map<String, Object>> passages() {
    String id = IndexNames.document(document.id());
    List<Map<String, Object>> passages = new ArrayList<>(chunks.size());
    int startUtf8 = 0;
    int from = 0;
    for (int i = 0; i < chunks.size(); i++) {
      EmbeddedChunk embedded = chunks.get(i);
      Chunk chunk = embedded.chunk();
      startUtf8 += Utf8.encodedLength(document.text().substring(from, chunk.start()));
      from = chunk.start();
      StoredPassage passage = StoredPassage.of(i, chunk, startUtf8, document.text());
      passages.add(
          Map.of(
              "key", IndexNames.passage(id, i),
              "words", chunk.read(document.text()),
              "vector", embedded.vector(),
              "passage", Json.write(passage),
              "floats", Floats.encode(embedded.vector())));
    }
    return passages;
  }
}
