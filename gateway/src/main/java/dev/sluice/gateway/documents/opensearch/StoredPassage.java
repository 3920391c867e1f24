package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.Chunk;
import dev.sluice.gateway.documents.Passage;
import java.util.List;

/** A passage as one stored field. */
record StoredPassage(
    int ordinal,
    int start,
    int end,
    int startUtf8,
    List<String> headings,
    String header,
    String text) {

  static StoredPassage of(int ordinal, Chunk chunk, int startUtf8, String document) {
    return new StoredPassage(
        ordinal,
        chunk.start(),
        chunk.end(),
        startUtf8,
        chunk.headings(),
        chunk.header(),
        chunk.text(document));
  }

  /** Of a nested hit whose stored fields were asked for. */
  static StoredPassage of(JsonNode hit) {
    return Json.decode(
        hit.path("fields").path(IndexDefinition.PASSAGE).path(0), StoredPassage.class);
  }

  /** What was embedded. */
  String embeddedText() {
    return Chunk.read(header, text);
  }

  Passage passage(StoredRecord record, Struct metadata) {
    return new Passage(
        record.id(),
        record.version(),
        record.id() + "#" + ordinal,
        record.title(),
        headings,
        text,
        start,
        end,
        startUtf8,
        header,
        metadata);
  }
}
