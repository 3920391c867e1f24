package dev.sluice.gateway.filter;

import dev.cel.common.CelSource;
import dev.cel.common.ast.CelExpr;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Collects the names that a filter uses, so that they can be declared, and refuses what no filter
 * may use: functions that stores cannot search by, and more than is cheap to search by.
 */
final class FilterNames {

  private static final int MOST_EXPRESSIONS = 2000;

  /** The functions of filters, with how people know them. */
  private static final Map<String, String> OTHERS =
      Map.of("_?_:_", "?:", "_+_", "+", "_-_", "-", "_*_", "*", "_/_", "/", "_%_", "%", "-_", "-");

  private static final Set<String> ALLOWED =
      Set.of(
          "_&&_",
          "_||_",
          "!_",
          "_==_",
          "_!=_",
          "_<_",
          "_<=_",
          "_>_",
          "_>=_",
          "@in",
          "_[_]",
          "startsWith",
          "timestamp");

  private final CelSource source;
  private final Set<String> found = new HashSet<>();
  private int expressions;

  FilterNames(CelSource source) {
    this.source = source;
  }

  Set<String> found() {
    return found;
  }

  void visit(CelExpr expression) {
    expressions++;
    if (expressions > MOST_EXPRESSIONS) {
      throw FilterRefusal.of("is too long: it has more than " + MOST_EXPRESSIONS + " parts");
    }
    switch (expression.getKind()) {
      case CONSTANT -> {}
      case IDENT -> found.add(expression.ident().name());
      case SELECT -> visit(expression.select().operand());
      case CALL -> visitCall(expression);
      case LIST -> expression.list().elements().forEach(this::visit);
      case STRUCT, MAP, COMPREHENSION, NOT_SET ->
          throw FilterRefusal.of(source, expression.id(), "filters have no maps and messages");
    }
  }

  private void visitCall(CelExpr expression) {
    String function = expression.call().function();
    if (!ALLOWED.contains(function)) {
      throw FilterRefusal.of(
          source,
          expression.id(),
          "filters have no "
              + OTHERS.getOrDefault(function, name(function) + "()")
              + ", only ==, !=, <, <=, >, >=, in, &&, ||, !, has(), startsWith() and timestamp()");
    }
    expression.call().target().ifPresent(this::visit);
    expression.call().args().forEach(this::visit);
  }

  private static String name(String function) {
    return function.length() > 40 ? function.substring(0, 40) + "..." : function;
  }
}
