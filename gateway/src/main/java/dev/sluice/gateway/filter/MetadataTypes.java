package dev.sluice.gateway.filter;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The types that a collection declares for fields of metadata. Documents and filters must keep to
 * them; fields that are not declared may be anything.
 */
public record MetadataTypes(Map<FieldPath, MetadataType> declared) {

  /** Nothing is declared. */
  public static final MetadataTypes NONE = new MetadataTypes(Map.of());

  private static final String FIELD = "metadata_types";

  public MetadataTypes {
    declared = Map.copyOf(declared);
  }

  /**
   * Reads types by paths as filters write them.
   *
   * @throws InvalidInput for what is no path, for a field that is declared twice, and for one
   *     within another
   */
  public static MetadataTypes of(Map<String, MetadataType> written) {
    Map<FieldPath, MetadataType> declared = new LinkedHashMap<>();
    new TreeMap<>(written)
        .forEach((text, type) -> {
          FieldPath path =
              FilterParser.field(text)
                  .orElseThrow(() ->
                      refusal(
                          text, "is no field as filters write it: year, a.b, this[\"my-field\"]"));
          for (FieldPath other : declared.keySet()) {
            if (other.equals(path)) {
              throw refusal(text, "is declared twice");
            }
            if (other.isWithin(path) || path.isWithin(other)) {
              throw refusal(text, "and " + other.text() + " cannot both have a type");
            }
          }
          declared.put(path, type);
        });
    return new MetadataTypes(declared);
  }

  private static InvalidInput refusal(String text, String reason) {
    String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return new InvalidInput(FIELD + "[" + shown + "]", reason);
  }

  /** By paths as filters write them, in their order. */
  public Map<String, MetadataType> written() {
    Map<String, MetadataType> written = new TreeMap<>();
    declared.forEach((path, type) -> written.put(path.text(), type));
    return written;
  }

  /**
   * What is wrong with a document's metadata. A field that is absent or null is not.
   *
   * @param field where they stand in the request
   */
  public List<Violation> violations(String field, Struct metadata) {
    List<Violation> violations = new ArrayList<>();
    declared.entrySet().stream()
        .sorted(Comparator.comparing(each -> each.getKey().text()))
        .forEach(each -> {
          Value value = MetadataMatch.value(metadata, each.getKey());
          if (MetadataMatch.isPresent(value) && !fits(each.getValue(), value)) {
            String reason = "is declared " + each.getValue() + ", here it is " + described(value);
            violations.add(new Violation(each.getKey().within(field), reason));
          }
        });
    return violations;
  }

  /** Why a filter cannot compare a field with a value; empty when it can. */
  Optional<String> mismatch(FieldPath field, Scalar value) {
    return mismatch(field, scalar(value), "compared with " + described(value));
  }

  /** Why a filter cannot look for an element in a field. */
  Optional<String> elementMismatch(FieldPath field, Scalar element) {
    return mismatch(field, listOf(element), "searched for " + described(element));
  }

  /** Why a filter cannot look for fields within a field. */
  private Optional<String> inner(FieldPath field) {
    return declared.entrySet().stream()
        .filter(each -> field.isWithin(each.getKey()))
        .map(each -> each.getKey().text() + " is a " + each.getValue() + " and has no fields")
        .findFirst();
  }

  private Optional<String> mismatch(FieldPath field, MetadataType type, String use) {
    MetadataType expected = declared.get(field);
    if (expected == null) {
      return inner(field);
    }
    return expected == type
        ? Optional.empty()
        : Optional.of(field.text() + " is a " + expected + ", here it is " + use);
  }

  private static boolean fits(MetadataType type, Value value) {
    return switch (type) {
      case STRING -> value.hasStringValue();
      case NUMBER -> value.hasNumberValue();
      case BOOL -> value.hasBoolValue();
      case TIMESTAMP -> value.hasStringValue() && Scalar.moment(value.getStringValue()).isPresent();
      case LIST_OF_STRING -> fitsAll(MetadataType.STRING, value);
      case LIST_OF_NUMBER -> fitsAll(MetadataType.NUMBER, value);
      case LIST_OF_BOOL -> fitsAll(MetadataType.BOOL, value);
      case LIST_OF_TIMESTAMP -> fitsAll(MetadataType.TIMESTAMP, value);
      case METADATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> true;
    };
  }

  private static boolean fitsAll(MetadataType type, Value list) {
    return list.hasListValue()
        && list.getListValue().getValuesList().stream().allMatch(each -> fits(type, each));
  }

  private static MetadataType scalar(Scalar value) {
    return switch (value) {
      case Scalar.Text _ -> MetadataType.STRING;
      case Scalar.Numeric _ -> MetadataType.NUMBER;
      case Scalar.Flag _ -> MetadataType.BOOL;
      case Scalar.Moment _ -> MetadataType.TIMESTAMP;
    };
  }

  private static MetadataType listOf(Scalar element) {
    return switch (element) {
      case Scalar.Text _ -> MetadataType.LIST_OF_STRING;
      case Scalar.Numeric _ -> MetadataType.LIST_OF_NUMBER;
      case Scalar.Flag _ -> MetadataType.LIST_OF_BOOL;
      case Scalar.Moment _ -> MetadataType.LIST_OF_TIMESTAMP;
    };
  }

  private static String described(Scalar value) {
    return switch (value) {
      case Scalar.Text _ -> "a string";
      case Scalar.Numeric _ -> "a number";
      case Scalar.Flag _ -> "true or false";
      case Scalar.Moment _ -> "a time";
    };
  }

  private static String described(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE ->
          Scalar.moment(value.getStringValue()).isPresent() ? "a time" : "a string";
      case NUMBER_VALUE -> "a number";
      case BOOL_VALUE -> "true or false";
      case STRUCT_VALUE -> "an object";
      case LIST_VALUE -> "a list" + ofWhat(value);
      case NULL_VALUE, KIND_NOT_SET -> "null";
    };
  }

  private static String ofWhat(Value list) {
    List<String> kinds =
        list.getListValue().getValuesList().stream()
            .map(MetadataTypes::described)
            .distinct()
            .toList();
    return switch (kinds.size()) {
      case 0 -> "";
      case 1 -> " with " + kinds.getFirst();
      default -> " with " + kinds.get(0) + " and " + kinds.get(1);
    };
  }
}
