package dev.sluice.standalone.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Map;

/** JSON fields as a document's metadata. */
final class JsonMetadata {

  private JsonMetadata() {}

  static Struct of(Map<String, JsonNode> fields) {
    Struct.Builder struct = Struct.newBuilder();
    fields.forEach((name, value) -> struct.putFields(clean(name), value(value)));
    return struct.build();
  }

  private static Value value(JsonNode node) {
    Value.Builder value = Value.newBuilder();
    return switch (node.getNodeType()) {
      case STRING -> value.setStringValue(clean(node.textValue())).build();
      case NUMBER -> value.setNumberValue(node.doubleValue()).build();
      case BOOLEAN -> value.setBoolValue(node.booleanValue()).build();
      case ARRAY -> value.setListValue(list(node)).build();
      case OBJECT -> value.setStructValue(struct(node)).build();
      case NULL, MISSING, BINARY, POJO -> value.setNullValue(NullValue.NULL_VALUE).build();
    };
  }

  private static ListValue list(JsonNode node) {
    ListValue.Builder list = ListValue.newBuilder();
    node.forEach(element -> list.addValues(value(element)));
    return list.build();
  }

  private static Struct struct(JsonNode node) {
    Struct.Builder struct = Struct.newBuilder();
    node.properties()
        .forEach(field -> struct.putFields(clean(field.getKey()), value(field.getValue())));
    return struct.build();
  }

  private static String clean(String text) {
    return UnicodeText.clean(text).value();
  }
}
