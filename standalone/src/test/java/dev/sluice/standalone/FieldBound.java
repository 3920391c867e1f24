package dev.sluice.standalone;

import build.buf.validate.DoubleRules;
import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.MapRules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the proto files say of the size of a field, in words; empty where they say nothing. */
final class FieldBound {

  private FieldBound() {}

  static Optional<String> of(FieldDescriptor field) {
    FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
    if (field.isMapField()) {
      return map(field, rules.getMap());
    }
    if (field.isRepeated()) {
      return list(field, rules.getRepeated());
    }
    return single(field, rules);
  }

  private static Optional<String> map(FieldDescriptor field, MapRules rules) {
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    Optional<String> keys = single(key, rules.getKeys());
    Optional<String> values = single(value, rules.getValues());
    return rules.hasMaxPairs() && keys.isPresent() && values.isPresent()
        ? Optional.of(
            "at most "
                + rules.getMaxPairs()
                + "; keys: "
                + keys.get()
                + "; values: "
                + values.get())
        : Optional.empty();
  }

  private static Optional<String> list(FieldDescriptor field, RepeatedRules rules) {
    Optional<String> each = single(field, rules.getItems());
    if (!rules.hasMaxItems() || each.isEmpty()) {
      return Optional.empty();
    }
    String least = rules.hasMinItems() ? rules.getMinItems() + " to " : "at most ";
    String suffix = each.get().isEmpty() ? "" : "; each: " + each.get();
    return Optional.of(least + rules.getMaxItems() + suffix);
  }

  /** Messages are bounded by their own fields. */
  private static Optional<String> single(FieldDescriptor field, FieldRules rules) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> Optional.of("true or false");
      case ENUM ->
          rules.getEnum().getDefinedOnly()
              ? Optional.of("a value that is known")
              : Optional.empty();
      case STRING -> text(rules.getString());
      case INT -> number(rules.getInt32());
      case DOUBLE -> number(rules.getDouble());
      case MESSAGE -> Optional.of("");
      case LONG, FLOAT, BYTE_STRING -> Optional.empty();
    };
  }

  private static Optional<String> text(StringRules rules) {
    String least = rules.hasMinLen() ? rules.getMinLen() + " to " : "at most ";
    if (rules.hasMaxLen()) {
      return Optional.of(least + rules.getMaxLen() + " characters");
    }
    if (rules.hasMaxBytes()) {
      return Optional.of(least + rules.getMaxBytes() + " bytes of UTF-8");
    }
    boolean ends = rules.hasPattern() && rules.getPattern().matches("\\^[^*+]*\\$");
    return ends
        ? Optional.of("`" + rules.getPattern().replace("|", "\\|") + "`")
        : Optional.empty();
  }

  private static Optional<String> number(Int32Rules rules) {
    List<String> words = new ArrayList<>();
    if (rules.hasGte()) {
      words.add("from " + rules.getGte());
    }
    if (rules.hasLte()) {
      words.add("to " + rules.getLte());
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", words));
  }

  private static Optional<String> number(DoubleRules rules) {
    List<String> words = new ArrayList<>();
    if (rules.hasGte() || rules.hasGt()) {
      words.add(rules.hasGt() ? "above " + rules.getGt() : "from " + rules.getGte());
    }
    if (rules.hasLte()) {
      words.add("to " + rules.getLte());
    }
    if (rules.getFinite()) {
      words.add("finite");
    }
    return rules.getFinite() || words.size() == 2
        ? Optional.of(String.join(" ", words))
        : Optional.empty();
  }
}
