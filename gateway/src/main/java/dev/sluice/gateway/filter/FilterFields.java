package dev.sluice.gateway.filter;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How an expression names a field: {@code a}, {@code a.b}, {@code a["b c"]}, {@code this["a b"]}.
 */
final class FilterFields {

  /** Names the metadata as a whole. */
  static final String ALL = "this";

  private FilterFields() {}

  /**
   * The names on the way to a field; none for the whole; empty for an expression that is no field.
   */
  static Optional<List<String>> names(CelExpr expression) {
    return switch (expression.getKind()) {
      case IDENT -> {
        String name = expression.ident().name();
        yield Optional.of(name.equals(ALL) ? List.of() : List.of(name));
      }
      case SELECT ->
          expression.select().testOnly()
              ? Optional.empty()
              : names(expression.select().operand())
                  .map(outer -> within(outer, expression.select().field()));
      case CALL ->
          index(expression)
              .flatMap(
                  name -> names(expression.call().args().get(0)).map(outer -> within(outer, name)));
      default -> Optional.empty();
    };
  }

  static List<String> within(List<String> outer, String name) {
    return Stream.concat(outer.stream(), Stream.of(name)).toList();
  }

  /** The name between the brackets of {@code a["b c"]}. */
  static Optional<String> index(CelExpr expression) {
    if (expression.getKind() != Kind.CALL) {
      return Optional.empty();
    }
    CelCall call = expression.call();
    return call.function().equals("_[_]") && call.args().size() == 2
        ? text(call.args().get(1))
        : Optional.empty();
  }

  static Optional<String> text(CelExpr expression) {
    return expression.getKind() == Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? Optional.of(expression.constant().stringValue())
        : Optional.empty();
  }
}
