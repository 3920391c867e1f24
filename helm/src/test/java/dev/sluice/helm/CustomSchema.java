package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * The schema of a custom resource, from its definition (resources/schemas). Closed: as in an API
 * server with strict field validation, a field that it does not name is a problem.
 */
final class CustomSchema {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Schema schema;

  private CustomSchema(JsonNode schema) {
    this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(schema);
  }

  static CustomSchema read(String name) {
    ObjectNode schema = structure(name);
    close(schema);
    return new CustomSchema(schema);
  }

  /** As in the definition of the resource. */
  static ObjectNode structure(String name) {
    String file = "/schemas/" + name + ".json";
    try (InputStream in = Objects.requireNonNull(CustomSchema.class.getResourceAsStream(file))) {
      ObjectNode schema = (ObjectNode) JSON.readTree(in);
      schema.put("type", "object");
      schema.withObject("/properties").putObject("metadata").put("type", "object");
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> problems(JsonNode object) {
    return schema.validate(object).stream().map(Error::toString).toList();
  }

  private static void close(JsonNode node) {
    if (node.path("properties") instanceof ObjectNode properties) {
      if (!node.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
        ((ObjectNode) node).put("additionalProperties", false);
      }
      properties.forEach(CustomSchema::close);
    } else {
      close(node, "additionalProperties");
    }
    close(node, "items");
  }

  private static void close(JsonNode node, String child) {
    if (node.path(child).isObject()) {
      close(node.path(child));
    }
  }
}
