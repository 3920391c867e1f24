package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON as OpenSearch takes and gives it. */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON", e);
    }
  }

  /** Missing when the bytes are not JSON. */
  static JsonNode read(byte[] bytes) {
    try {
      return bytes.length == 0 ? MissingNode.getInstance() : MAPPER.readTree(bytes);
    } catch (IOException e) {
      return MissingNode.getInstance(); // what a proxy said, not OpenSearch
    }
  }

  /** A value out of a binary field, which is Base64 of JSON. */
  static <T> T decode(JsonNode binary, Class<T> type) {
    try {
      return MAPPER.readValue(binary.binaryValue(), type);
    } catch (IOException e) {
      throw new UncheckedIOException("a stored field does not parse", e);
    }
  }

  static byte[] bytes(JsonNode binary) {
    try {
      return binary.binaryValue();
    } catch (IOException e) {
      throw new UncheckedIOException("a stored field is no Base64", e);
    }
  }
}
