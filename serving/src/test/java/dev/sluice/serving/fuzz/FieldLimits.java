package dev.sluice.serving.fuzz;

import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.Int64Rules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.FieldDescriptor;

/**
 * What the proto file allows a field to be, as far as random messages keep it.
 *
 * @param least of a number, and of elements or characters
 * @param most of a number, and of elements or characters
 */
record FieldLimits(double least, double most) {

  private static final FieldLimits NONE =
      new FieldLimits(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  static FieldRules rules(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }

  /** Of how many elements there are. */
  static FieldLimits ofElements(FieldDescriptor field) {
    FieldRules rules = rules(field);
    return field.isMapField()
        ? between(rules.getMap().getMinPairs(), rules.getMap().getMaxPairs())
        : between(rules.getRepeated().getMinItems(), rules.getRepeated().getMaxItems());
  }

  /** Of the length of a text. */
  static FieldLimits ofText(FieldRules rules) {
    long most = rules.getString().getMaxLen();
    return between(
        rules.getString().getMinLen(), most > 0 ? most : rules.getString().getMaxBytes());
  }

  private static FieldLimits between(long least, long most) {
    return new FieldLimits(least, most == 0 ? Double.POSITIVE_INFINITY : most);
  }

  /** Of a number. */
  static FieldLimits ofNumber(FieldRules rules) {
    return switch (rules.getTypeCase()) {
      case INT32 -> of(rules.getInt32());
      case INT64 -> of(rules.getInt64());
      case DOUBLE ->
          new FieldLimits(
              rules.getDouble().hasGte()
                  ? rules.getDouble().getGte()
                  : rules.getDouble().hasGt() ? Math.nextUp(rules.getDouble().getGt()) : NONE.least,
              rules.getDouble().hasLte() ? rules.getDouble().getLte() : NONE.most);
      default -> NONE;
    };
  }

  private static FieldLimits of(Int32Rules rules) {
    return new FieldLimits(
        rules.hasGte() ? rules.getGte() : Integer.MIN_VALUE,
        rules.hasLte() ? rules.getLte() : Integer.MAX_VALUE);
  }

  private static FieldLimits of(Int64Rules rules) {
    return new FieldLimits(
        rules.hasGte() ? rules.getGte() : Long.MIN_VALUE,
        rules.hasLte() ? rules.getLte() : Long.MAX_VALUE);
  }
}
