package dev.sluice.standalone.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Map;

/**
 * One line of a BEIR-style file: a document or a query.
 *
 * @param others the fields that are neither id, title nor text
 */
public record CorpusRecord(String id, String title, String text, Map<String, JsonNode> others) {

  /** The line is not such a record; the message says why. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String reason) {
      super(reason);
    }
  }

  private static final ObjectReader READER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Limits.LINE_BYTES)
                          .maxNestingDepth(64)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readerFor(JsonNode.class);

  /** Reads a line. */
  public static CorpusRecord parse(JsonLine line) throws Malformed {
    if (line.tooLong()) {
      throw new Malformed("the line is longer than " + (Limits.LINE_BYTES >> 20) + " MiB");
    }
    JsonNode node = json(line.text());
    if (!node.isObject()) {
      throw new Malformed("not a JSON object");
    }
    String key = node.has("_id") ? "_id" : "id";
    return new CorpusRecord(
        id(node.path(key)), text(node, "title", false), text(node, "text", true), others(node));
  }

  private static JsonNode json(String text) throws Malformed {
    try {
      return READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Malformed("not JSON: " + e.getOriginalMessage());
    }
  }

  private static String id(JsonNode id) throws Malformed {
    if (!id.isTextual() && !id.isIntegralNumber()) {
      throw new Malformed(id.isMissingNode() ? "no id" : "the id is neither text nor a number");
    }
    if (id.asText().isBlank()) {
      throw new Malformed("no id");
    }
    return id.asText();
  }

  private static String text(JsonNode node, String field, boolean needed) throws Malformed {
    JsonNode value = node.path(field);
    if (value.isTextual()) {
      return value.textValue();
    }
    if (needed || !(value.isMissingNode() || value.isNull())) {
      throw new Malformed(value.isMissingNode() ? "no " + field : "the " + field + " is not text");
    }
    return "";
  }

  private static Map<String, JsonNode> others(JsonNode node) {
    Map<String, JsonNode> others = new java.util.LinkedHashMap<>();
    node.properties().forEach(field -> others.put(field.getKey(), field.getValue()));
    others.keySet().removeAll(java.util.Set.of("id", "_id", "title", "text"));
    return others;
  }
}
