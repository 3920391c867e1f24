package dev.sluice.gateway.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * One line of the log. Texts that are empty are not in it.
 *
 * @param tenant empty where nobody was found out to be calling
 * @param method as {@code sluice.gateway.v1.DocumentService/GetDocument}
 * @param result of a document, as CREATED
 * @param version of the document
 * @param code of gRPC, as OK
 */
record AuditLine(
    Instant time,
    String tenant,
    String principal,
    String method,
    Subject subject,
    String result,
    String version,
    String code,
    String traceId) {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * The line in UTF-8, with its end.
   *
   * @param leftOut lines before it that were not written
   */
  byte[] bytes(long leftOut) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator object = JSON.createGenerator(bytes)) {
      object.writeStartObject();
      object.writeStringField("time", time.toString());
      write(object, "tenant", tenant);
      write(object, "principal", principal);
      write(object, "method", method);
      write(object, "collection", subject.collection());
      write(object, "document", subject.document());
      write(object, "snapshot", subject.snapshot());
      write(object, "data_source", subject.dataSource());
      write(object, "result", result);
      write(object, "version", version);
      write(object, "code", code);
      write(object, "trace_id", traceId);
      if (leftOut > 0) {
        object.writeNumberField("left_out", leftOut);
      }
      object.writeEndObject();
      object.writeRaw('\n');
    } catch (IOException e) { // memory has room
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator object, String field, String value) throws IOException {
    if (!value.isEmpty()) {
      object.writeStringField(field, value);
    }
  }
}
