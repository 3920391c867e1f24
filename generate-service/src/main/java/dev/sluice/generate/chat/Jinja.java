package dev.sluice.generate.chat;

import com.google.common.base.Throwables;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.DateTimeProvider;
import dev.sluice.generate.chat.TemplateFunctions.Raised;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * One template, rendered by Jinjava as Hugging Face has Jinja render it: blocks trimmed, no file
 * within reach, texts never read as templates themselves, and an output of {@value #MAX_OUTPUT}
 * bytes at most. Thread-safe.
 */
final class Jinja {

  /** More than any conversation with its documents has. */
  private static final long MAX_OUTPUT = 128 << 20;

  private static final int MAX_DEPTH = 64;
  private static final String RAISE = "raise_exception";
  private static final String NOW = "strftime_now";

  private final Jinjava jinjava;
  private final String source;

  Jinja(String template, InstantSource clock) {
    this.source = TemplateSource.forJinjava(template);
    this.jinjava = new Jinjava(config(clock::millis));
    jinjava.getGlobalContext().registerFunction(function(RAISE, "raise"));
    jinjava.getGlobalContext().registerFunction(function(NOW, "now"));
    jinjava.getGlobalContext().registerFilter(new PythonJson());
    jinjava.getGlobalContext().registerFilter(new PythonItems());
    for (String filter : TemplateSource.filters(template)) {
      if (jinjava.getGlobalContext().getFilter(filter) == null) {
        jinjava.getGlobalContext().registerFilter(new UnknownFilter(filter));
      }
    }
  }

  private static JinjavaConfig config(DateTimeProvider clock) {
    LegacyOverrides likeJinja =
        LegacyOverrides.newBuilder()
            .withIterateOverMapKeys(true)
            .withUsePyishObjectMapper(true)
            .withParseWhitespaceControlStrictly(true)
            .withUseNaturalOperatorPrecedence(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .withKeepNullableLoopValues(true)
            .withAllowAdjacentTextNodes(true)
            .withHandleBackslashInQuotesOnly(true)
            .build();
    return JinjavaConfig.newBuilder()
        .withLegacyOverrides(likeJinja)
        .withTrimBlocks(true)
        .withLstripBlocks(true)
        .withNestedInterpretationEnabled(false)
        .withElResolver(new PythonObjects())
        .withDisabled(Map.of(Library.TAG, Set.of("include", "import", "from", "extends")))
        .withDateTimeProvider(clock)
        .withEnableRecursiveMacroCalls(true)
        .withMaxMacroRecursionDepth(MAX_DEPTH)
        .withMaxRenderDepth(MAX_DEPTH)
        .withMaxOutputSize(MAX_OUTPUT)
        .build();
  }

  private static ELFunctionDefinition function(String name, String method) {
    return new ELFunctionDefinition("", name, TemplateFunctions.class, method, String.class);
  }

  /**
   * @throws Raised when the template does not take the values
   * @throws IllegalArgumentException when the template is wrong, saying where
   */
  String render(Map<String, Object> values) {
    Map<String, Object> bindings = new HashMap<>(values);
    bindings.put(RAISE, true); // templates ask whether functions are defined
    bindings.put(NOW, true);
    RenderResult result = jinjava.renderForResult(source, bindings);
    result.getErrors().stream()
        .filter(error -> error.getSeverity() == ErrorType.FATAL)
        .findFirst()
        .ifPresent(Jinja::fail);
    return result.getOutput();
  }

  private static void fail(TemplateError error) {
    if (error.getException() != null) {
      Throwables.getCausalChain(error.getException()).stream()
          .filter(Raised.class::isInstance)
          .findFirst()
          .ifPresent(raised -> {
            throw (Raised) raised;
          });
    }
    throw new IllegalArgumentException(
        "line " + error.getLineno() + ": " + error.getMessage(), error.getException());
  }
}
