package dev.sluice.serving.failure;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.serving.failure.Failure.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JSON object in a request must be beyond what the proto files can say. Its depth is bounded
 * by the parser of Protocol Buffers: messages within 100 others are refused, which are 33 objects.
 */
public final class StructRules {

  /** The most bytes of one, as a message. */
  public static final int MOST_BYTES = 64 << 10;

  private StructRules() {}

  /**
   * @throws Failure.InvalidInput naming the field
   */
  public static void require(String field, Struct object) {
    List<Violation> violations = violations(field, object);
    if (!violations.isEmpty()) {
      throw new Failure.InvalidInput(violations);
    }
  }

  /** The rules that it breaks. */
  public static List<Violation> violations(String field, Struct object) {
    List<Violation> violations = new ArrayList<>();
    if (object.getSerializedSize() > MOST_BYTES) {
      violations.add(new Violation(field, "must have at most " + MOST_BYTES + " bytes"));
    }
    if (!isJson(object)) {
      violations.add(new Violation(field, "must have finite numbers and no values without a kind"));
    }
    return violations;
  }

  private static boolean isJson(Struct object) {
    return object.getFieldsMap().values().stream().allMatch(StructRules::isJson);
  }

  /** JSON has neither infinity nor NaN. */
  private static boolean isJson(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> Double.isFinite(value.getNumberValue());
      case STRUCT_VALUE -> isJson(value.getStructValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream().allMatch(StructRules::isJson);
      case NULL_VALUE, STRING_VALUE, BOOL_VALUE -> true;
      case KIND_NOT_SET -> false;
    };
  }
}
