package dev.sluice.serving.fuzz;

import build.buf.validate.FieldRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Messages of any type by their descriptors. Most obey the rules that stand in their proto file, so
 * that they get past them, and some break one here and there. For one thread.
 */
public final class RandomMessage {

  private static final int DEEPEST = 5;
  private static final int MOST_FIELDS = 300;

  private static final List<String> SHORT = List.of("a", "c1", "A", "A_1", "river gate", "0", "");

  private final Random random;
  private final Map<String, List<String>> words;
  private boolean wild;
  private int optional;
  private int left;

  /**
   * @param words what fields of a name are often filled with, as names of things that exist
   */
  public RandomMessage(Random random, Map<String, List<String>> words) {
    this.random = random;
    this.words = words;
  }

  public DynamicMessage of(Descriptor type) {
    wild = random.nextInt(4) == 0;
    optional = random.nextBoolean() ? 3 : 16;
    left = MOST_FIELDS;
    return message(type, 0);
  }

  private DynamicMessage message(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (OneofDescriptor oneof : type.getRealOneofs()) {
      boolean required = oneof.getOptions().getExtension(ValidateProto.oneof).getRequired();
      if (required ? !breaks() : random.nextBoolean()) {
        set(message, oneof.getField(random.nextInt(oneof.getFieldCount())), depth);
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.getRealContainingOneof() == null && isFilled(field, depth)) {
        set(message, field, depth);
      }
    }
    return message.build();
  }

  /** Whether to break a rule here. */
  private boolean breaks() {
    return wild && random.nextInt(5) == 0;
  }

  private boolean isFilled(FieldDescriptor field, int depth) {
    boolean asked =
        field.isRepeated()
            ? FieldLimits.ofElements(field).least() > 0
            : FieldLimits.ofText(FieldLimits.rules(field)).least() > 0
                || FieldLimits.rules(field).getString().hasPattern()
                || FieldLimits.rules(field).getEnum().getNotInCount() > 0
                || words.containsKey(field.getName());
    return asked ? !breaks() : random.nextInt(optional * (1 + depth)) == 0;
  }

  private void set(DynamicMessage.Builder message, FieldDescriptor field, int depth) {
    boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if ((nested && depth > DEEPEST) || left-- <= 0) {
      return;
    }
    if (!field.isRepeated()) {
      message.setField(field, value(field, FieldLimits.rules(field), depth));
      return;
    }
    for (int i = count(field); i > 0 && (!nested || left-- > 0); i--) {
      message.addRepeatedField(
          field, field.isMapField() ? entry(field, depth) : value(field, elements(field), depth));
    }
  }

  private static FieldRules elements(FieldDescriptor field) {
    return FieldLimits.rules(field).getRepeated().getItems();
  }

  private int count(FieldDescriptor field) {
    FieldLimits limits = FieldLimits.ofElements(field);
    if (breaks()) {
      return random.nextBoolean() ? 0 : (int) Math.min(limits.most() + 1, 1100);
    }
    int few = (int) limits.least() + random.nextInt(3);
    boolean many = random.nextInt(40) == 0;
    return (int) Math.min(many ? limits.least() + random.nextInt(40) : few, limits.most());
  }

  private DynamicMessage entry(FieldDescriptor field, int depth) {
    Descriptor type = field.getMessageType();
    FieldRules rules = FieldLimits.rules(field);
    FieldDescriptor key = type.findFieldByNumber(1);
    FieldDescriptor value = type.findFieldByNumber(2);
    List<String> known = words.getOrDefault(field.getName(), List.of());
    boolean one = !known.isEmpty() && random.nextInt(4) > 0;
    return DynamicMessage.newBuilder(type)
        .setField(
            key,
            one
                ? known.get(random.nextInt(known.size()))
                : value(key, rules.getMap().getKeys(), depth))
        .setField(value, value(value, rules.getMap().getValues(), depth))
        .build();
  }

  private Object value(FieldDescriptor field, FieldRules rules, int depth) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> random.nextBoolean();
      case INT -> (int) number(rules, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> (long) number(rules, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT -> (float) real(rules);
      case DOUBLE -> real(rules);
      case STRING -> text(field, rules);
      case BYTE_STRING -> ByteString.copyFromUtf8(HostileText.of(random));
      case ENUM -> constant(field, rules);
      case MESSAGE -> message(field.getMessageType(), depth + 1);
    };
  }

  private double number(FieldRules rules, double smallest, double largest) {
    FieldLimits limits = FieldLimits.ofNumber(rules);
    if (breaks()) {
      return List.of(smallest, largest, -1.0, limits.most() + 1, limits.least() - 1)
          .get(random.nextInt(5));
    }
    double low = Math.max(limits.least(), random.nextInt(8) == 0 ? smallest : 0);
    double high = Math.min(limits.most(), largest);
    return switch (random.nextInt(12)) {
      case 0 -> high;
      case 1 -> low;
      default -> Math.min(high, low + random.nextInt(12));
    };
  }

  private double real(FieldRules rules) {
    FieldLimits limits = FieldLimits.ofNumber(rules);
    if (breaks() || random.nextInt(60) == 0) {
      return List.of(Double.NaN, Double.POSITIVE_INFINITY, -1e300, Double.MIN_VALUE, -0.0, 1e18)
          .get(random.nextInt(6));
    }
    double low = Math.max(limits.least(), -10);
    double high = Math.min(limits.most(), 10);
    return random.nextInt(6) == 0 ? high : low + random.nextDouble() * (high - low);
  }

  private Object constant(FieldDescriptor field, FieldRules rules) {
    if (breaks()) {
      return field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(200) - 50);
    }
    List<String> known = words.getOrDefault(field.getName(), List.of());
    if (!known.isEmpty() && random.nextInt(6) > 0) {
      return field.getEnumType().findValueByName(known.get(random.nextInt(known.size())));
    }
    List<EnumValueDescriptor> allowed =
        field.getEnumType().getValues().stream()
            .filter(value -> !rules.getEnum().getNotInList().contains(value.getNumber()))
            .toList();
    return allowed.get(random.nextInt(allowed.size()));
  }

  private String text(FieldDescriptor field, FieldRules rules) {
    List<String> known = words.getOrDefault(field.getName(), List.of());
    if (breaks()) {
      return random.nextInt(8) == 0 ? tooLong(rules) : HostileText.of(random);
    }
    if (!known.isEmpty() && random.nextInt(6) > 0) {
      return known.get(random.nextInt(known.size()));
    }
    if (rules.getString().hasPattern()) {
      return matching(Pattern.compile(rules.getString().getPattern()));
    }
    FieldLimits limits = FieldLimits.ofText(rules);
    String text = random.nextInt(3) == 0 ? HostileText.of(random) : SHORT.get(random.nextInt(6));
    String filled = text.length() < limits.least() ? text + "x".repeat((int) limits.least()) : text;
    return filled.length() > limits.most() ? filled.substring(0, (int) limits.most()) : filled;
  }

  private String tooLong(FieldRules rules) {
    return "x".repeat((int) Math.min(FieldLimits.ofText(rules).most() + 1, 140_000));
  }

  private String matching(Pattern pattern) {
    List<String> fitting = SHORT.stream().filter(text -> pattern.matcher(text).find()).toList();
    return fitting.isEmpty() ? "a" : fitting.get(random.nextInt(fitting.size()));
  }
}
