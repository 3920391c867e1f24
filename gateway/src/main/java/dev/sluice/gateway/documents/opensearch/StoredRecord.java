package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.DocumentRecord;
import dev.sluice.gateway.documents.StoredVersion;
import dev.sluice.gateway.v1.Document.Format;
import java.time.Instant;

/** All of a document but its text, as one stored field, so that who reads it reads no text. */
@SuppressWarnings("ArrayRecordComponent") // a form to write and read, never compared
record StoredRecord(
    String id,
    String title,
    int format,
    byte[] metadata,
    String version,
    String updateTime,
    int chunkCount) {

  static StoredRecord of(DocumentRecord record) {
    return new StoredRecord(
        record.id(),
        record.title(),
        record.format().getNumber(),
        record.metadata().toByteArray(),
        record.version(),
        record.updateTime().toString(),
        record.chunkCount());
  }

  /** Of a hit or a document whose stored fields were asked for. */
  static StoredRecord of(JsonNode hit) {
    return Json.decode(hit.path("fields").path(IndexDefinition.RECORD).path(0), StoredRecord.class);
  }

  StoredVersion storedVersion() {
    return new StoredVersion(version, chunkCount);
  }

  DocumentRecord record() {
    Format known = Format.forNumber(format);
    return new DocumentRecord(
        id,
        title,
        known == null ? Format.PLAIN_TEXT : known,
        struct(),
        version,
        Instant.parse(updateTime),
        chunkCount);
  }

  Struct struct() {
    try {
      return Struct.parseFrom(metadata);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored metadata do not parse", e);
    }
  }
}
