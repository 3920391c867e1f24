package dev.sluice.gateway.filter;

import com.google.common.collect.ImmutableList;
import dev.cel.checker.CelChecker;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.CelVarDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import dev.sluice.serving.failure.Failure.InvalidInput;
import java.util.Comparator;
import java.util.Optional;

/**
 * Reads filters, which are written in a part of CEL: cel.dev. The library parses and type-checks
 * them; the fields, whose types nobody declares, are {@code dyn} for it.
 */
public final class FilterParser {

  private static final int DEEPEST = 32;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxParseRecursionDepth(DEEPEST)
          .maxParseErrorRecoveryLimit(4)
          .populateMacroCalls(false)
          .build();

  private static final CelParser PARSER =
      CelParserFactory.standardCelParserBuilder()
          .setOptions(OPTIONS)
          .addMacros(CelMacro.newGlobalMacro("has", 1, FilterParser::presence))
          .build();

  private FilterParser() {}

  /**
   * The filter that a text is, over fields of any types.
   *
   * @throws InvalidInput for the field {@code filter}, saying where and why it is none
   */
  public static Filter parse(String text) {
    return parse(text, MetadataTypes.NONE);
  }

  /**
   * The filter that a text is.
   *
   * @param types which no comparison may contradict
   * @throws InvalidInput for the field {@code filter}, saying where and why it is none
   */
  public static Filter parse(String text, MetadataTypes types) {
    CelAbstractSyntaxTree tree = valid(PARSER.parse(text));
    FilterNames names = new FilterNames(tree.getSource());
    names.visit(tree.getExpr());
    valid(checker(names).check(tree));
    return new FilterTranslation(tree.getSource(), types).filter(tree.getExpr());
  }

  /** The field that a text names, as filters do; empty for what names none. */
  static Optional<FieldPath> field(String text) {
    CelValidationResult parsed = PARSER.parse(text);
    if (parsed.hasError()) {
      return Optional.empty();
    }
    return FilterFields.names(valid(parsed).getExpr())
        .filter(names -> !names.isEmpty())
        .map(FieldPath::new)
        .filter(path -> path.length() <= FieldPath.LONGEST);
  }

  private static CelChecker checker(FilterNames names) {
    return CelCompilerFactory.standardCelCheckerBuilder()
        .setOptions(OPTIONS)
        .addVarDeclarations(
            names.found().stream()
                .map(name -> CelVarDecl.newVarDeclaration(name, SimpleType.DYN))
                .toList())
        .setResultType(SimpleType.BOOL)
        .build();
  }

  private static CelAbstractSyntaxTree valid(CelValidationResult result) {
    try {
      return result.getAst();
    } catch (CelValidationException e) {
      throw e.getErrors().stream()
          .min(Comparator.comparing(CelIssue::getSourceLocation))
          .map(FilterRefusal::of)
          .orElseGet(() -> FilterRefusal.of("is no CEL expression"));
    }
  }

  /** CEL's own {@code has} takes {@code a.b} alone; this one also {@code a} and {@code a["b"]}. */
  private static Optional<CelExpr> presence(
      CelMacroExprFactory factory, CelExpr target, ImmutableList<CelExpr> arguments) {
    CelExpr field = arguments.get(0);
    if (field.getKind() == Kind.SELECT) {
      return Optional.of(factory.newSelect(field.select().operand(), field.select().field(), true));
    }
    if (field.getKind() == Kind.IDENT) {
      CelExpr all = factory.newIdentifier(FilterFields.ALL);
      return Optional.of(factory.newSelect(all, field.ident().name(), true));
    }
    return FilterFields.index(field)
        .filter(name -> !name.isEmpty())
        .map(name -> factory.newSelect(field.call().args().get(0), name, true))
        .or(() ->
            Optional.of(
                factory.reportError(
                    CelIssue.formatError(
                        factory.getSourceLocation(field), "has() takes a field with a name"))));
  }
}
