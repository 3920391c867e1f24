package dev.sluice.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Messages with all or some of their fields set to something else than the default. */
final class FilledMessage {

  private static final int DEEPEST = 5;

  private FilledMessage() {}

  /** Every field is set, and those of its messages, as deep as messages usually are. */
  static Message of(Message.Builder message) {
    return filled(message, field -> true, 0);
  }

  /** A message like the prototype, with some fields set. */
  @SuppressWarnings("unchecked") // a builder builds its own kind
  static <M extends Message> M some(M prototype, Random random) {
    return (M) filled(prototype.newBuilderForType(), field -> random.nextBoolean(), 0);
  }

  private static Message filled(
      Message.Builder message, Predicate<FieldDescriptor> chosen, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean tooDeep = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth > DEEPEST;
      if (!tooDeep && chosen.test(field)) {
        Object value = value(message, field, chosen, depth);
        message.setField(field, field.isRepeated() ? List.of(value) : value);
      }
    }
    return message.build();
  }

  private static Object value(
      Message.Builder message,
      FieldDescriptor field,
      Predicate<FieldDescriptor> chosen,
      int depth) {
    return switch (field.getJavaType()) {
      case INT -> 7;
      case LONG -> 7L;
      case FLOAT -> 0.5f;
      case DOUBLE -> 0.5;
      case BOOLEAN -> true;
      case STRING -> field.getName();
      case BYTE_STRING -> ByteString.copyFromUtf8(field.getName());
      case ENUM -> field.getEnumType().getValues().get(field.getEnumType().getValues().size() - 1);
      case MESSAGE -> filled(message.newBuilderForField(field), chosen, depth + 1);
    };
  }
}
