package dev.sluice.gateway.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cel.common.CelSource;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.sluice.serving.failure.Failure.InvalidInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a filter of an expression that is well typed and has no functions but those of filters. */
final class FilterTranslation {

  private static final int MOST_CONDITIONS = 256;

  private static final Map<String, Comparison> COMPARISONS =
      Map.of(
          "_==_", Comparison.EQUAL,
          "_!=_", Comparison.UNEQUAL,
          "_<_", Comparison.LESS,
          "_<=_", Comparison.AT_MOST,
          "_>_", Comparison.GREATER,
          "_>=_", Comparison.AT_LEAST);

  private final CelSource source;
  private final MetadataTypes types;
  private int conditions;

  FilterTranslation(CelSource source, MetadataTypes types) {
    this.source = source;
    this.types = types;
  }

  Filter filter(CelExpr expression) {
    if (expression.getKind() == Kind.CALL) {
      CelCall call = expression.call();
      switch (call.function()) {
        case "_&&_" -> {
          return new Filter.All(parts(expression, "_&&_"));
        }
        case "_||_" -> {
          return new Filter.Any(parts(expression, "_||_"));
        }
        case "!_" -> {
          return new Filter.Not(filter(call.args().get(0)));
        }
        default -> {}
      }
    }
    conditions++;
    if (conditions > MOST_CONDITIONS) {
      throw refusal(expression, "there are more than " + MOST_CONDITIONS + " conditions");
    }
    return condition(expression);
  }

  /** The library makes a tree of a chain. */
  private List<Filter> parts(CelExpr expression, String operator) {
    List<Filter> parts = new ArrayList<>();
    for (CelExpr each : expression.call().args()) {
      if (each.getKind() == Kind.CALL && each.call().function().equals(operator)) {
        parts.addAll(parts(each, operator));
      } else {
        parts.add(filter(each));
      }
    }
    return parts;
  }

  private Filter condition(CelExpr expression) {
    if (expression.getKind() == Kind.SELECT && expression.select().testOnly()) {
      return new Filter.Present(presence(expression));
    }
    Optional<FieldPath> flag = field(expression);
    if (flag.isPresent()) {
      return compare(expression, flag.get(), Comparison.EQUAL, new Scalar.Flag(true));
    }
    if (expression.getKind() != Kind.CALL) {
      throw refusal(expression, "this says nothing of any field");
    }
    String function = expression.call().function();
    Comparison comparison = COMPARISONS.get(function);
    if (comparison != null) {
      return compare(expression, comparison);
    }
    return switch (function) {
      case "@in" -> in(expression);
      case "startsWith" -> startsWith(expression);
      default -> throw refusal(expression, "this is no condition");
    };
  }

  private Filter compare(CelExpr expression, Comparison comparison) {
    CelExpr left = expression.call().args().get(0);
    CelExpr right = expression.call().args().get(1);
    Optional<FieldPath> leftField = comparedField(left);
    Optional<FieldPath> rightField = comparedField(right);
    if (leftField.isPresent() == rightField.isPresent()) {
      throw refusal(expression, "a field is compared with a value, here are two of one kind");
    }
    return leftField.isPresent()
        ? compare(expression, leftField.get(), comparison, scalar(right))
        : compare(expression, rightField.orElseThrow(), comparison.turned(), scalar(left));
  }

  private Filter compare(CelExpr expression, FieldPath field, Comparison comparison, Scalar value) {
    boolean ordering = comparison != Comparison.EQUAL && comparison != Comparison.UNEQUAL;
    if (ordering && value instanceof Scalar.Flag) {
      throw refusal(expression, "true and false have no order");
    }
    require(expression, types.mismatch(field, value));
    return new Filter.Compare(field, comparison, value);
  }

  private Filter in(CelExpr expression) {
    CelExpr element = expression.call().args().get(0);
    CelExpr list = expression.call().args().get(1);
    if (list.getKind() == Kind.LIST) {
      FieldPath field =
          comparedField(element)
              .orElseThrow(() -> refusal(element, "a field stands before 'in' and a list"));
      List<Scalar> values = list.list().elements().stream().map(this::scalar).toList();
      values.forEach(value -> require(expression, types.mismatch(field, value)));
      return new Filter.OneOf(field, values);
    }
    FieldPath field =
        field(list).orElseThrow(() -> refusal(list, "a list or a field stands after 'in'"));
    Scalar wanted = scalar(element);
    require(expression, types.elementMismatch(field, wanted));
    return new Filter.Contains(field, wanted);
  }

  private void require(CelExpr expression, Optional<String> mismatch) {
    mismatch.ifPresent(reason -> {
      throw refusal(expression, reason);
    });
  }

  private Filter startsWith(CelExpr expression) {
    CelCall call = expression.call();
    FieldPath field =
        call.target()
            .flatMap(this::field)
            .orElseThrow(() -> refusal(expression, "startsWith() is asked of a field"));
    if (scalar(call.args().get(0)) instanceof Scalar.Text text) {
      require(expression, types.mismatch(field, text));
      return new Filter.StartsWith(field, text.value());
    }
    throw refusal(expression, "startsWith() takes a string");
  }

  /** A field, also as {@code timestamp(field)}: what it is compared with says its type. */
  private Optional<FieldPath> comparedField(CelExpr expression) {
    return isTimestamp(expression) ? field(expression.call().args().get(0)) : field(expression);
  }

  private static boolean isTimestamp(CelExpr expression) {
    return expression.getKind() == Kind.CALL && expression.call().function().equals("timestamp");
  }

  private Optional<FieldPath> field(CelExpr expression) {
    return FilterFields.names(expression).map(names -> path(expression, names));
  }

  private FieldPath presence(CelExpr expression) {
    List<String> outer =
        FilterFields.names(expression.select().operand())
            .orElseThrow(() -> refusal(expression, "has() takes a field"));
    return path(expression, FilterFields.within(outer, expression.select().field()));
  }

  private FieldPath path(CelExpr expression, List<String> names) {
    if (names.isEmpty()) {
      throw refusal(expression, "this[\"...\"] names the field that is meant");
    }
    FieldPath path = new FieldPath(names);
    if (path.length() > FieldPath.LONGEST) {
      throw refusal(expression, "a field's path has at most " + FieldPath.LONGEST + " bytes");
    }
    return path;
  }

  private Scalar scalar(CelExpr expression) {
    if (isTimestamp(expression)) {
      return FilterFields.text(expression.call().args().get(0))
          .flatMap(Scalar::moment)
          .orElseThrow(() ->
              refusal(expression, "a time is written as timestamp(\"2024-01-31T12:00:00Z\")"));
    }
    if (expression.getKind() != Kind.CONSTANT) {
      throw refusal(expression, "here stands a value: a string, a number, true, false or a time");
    }
    CelConstant constant = expression.constant();
    return switch (constant.getKind()) {
      case STRING_VALUE -> text(expression, constant.stringValue());
      case INT64_VALUE -> new Scalar.Numeric(constant.int64Value());
      case UINT64_VALUE -> new Scalar.Numeric(constant.uint64Value().doubleValue());
      case DOUBLE_VALUE -> finite(expression, constant.doubleValue());
      case BOOLEAN_VALUE -> new Scalar.Flag(constant.booleanValue());
      case NULL_VALUE -> throw refusal(expression, "has() says whether a field is there");
      default -> throw refusal(expression, "metadata have no values of this type");
    };
  }

  private Scalar finite(CelExpr expression, double number) {
    if (!Double.isFinite(number)) {
      throw refusal(expression, "a number has at most 308 digits before its point");
    }
    return new Scalar.Numeric(number);
  }

  private Scalar text(CelExpr expression, String text) {
    if (text.getBytes(UTF_8).length > Scalar.LONGEST_TEXT) {
      throw refusal(expression, "a string has at most " + Scalar.LONGEST_TEXT + " bytes");
    }
    return new Scalar.Text(text);
  }

  private InvalidInput refusal(CelExpr expression, String reason) {
    return FilterRefusal.of(source, expression.id(), reason);
  }
}
