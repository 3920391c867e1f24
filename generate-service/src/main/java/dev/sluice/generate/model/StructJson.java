package dev.sluice.generate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/** Protobuf's JSON values as Jackson's. Whole numbers are written as such, as schemas want them. */
public final class StructJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final double LARGEST_WHOLE = 1L << 53;

  private StructJson() {}

  public static ObjectNode of(Struct struct) {
    ObjectNode object = NODES.objectNode();
    struct.getFieldsMap().forEach((name, value) -> object.set(name, of(value)));
    return object;
  }

  private static JsonNode of(Value value) {
    return switch (value.getKindCase()) {
      case NULL_VALUE, KIND_NOT_SET -> NODES.nullNode();
      case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
      case STRING_VALUE -> NODES.textNode(value.getStringValue());
      case NUMBER_VALUE -> number(value.getNumberValue());
      case STRUCT_VALUE -> of(value.getStructValue());
      case LIST_VALUE -> {
        ArrayNode array = NODES.arrayNode();
        value.getListValue().getValuesList().forEach(element -> array.add(of(element)));
        yield array;
      }
    };
  }

  private static JsonNode number(double number) {
    return Math.rint(number) == number && Math.abs(number) <= LARGEST_WHOLE
        ? NODES.numberNode((long) number)
        : NODES.numberNode(number);
  }
}
