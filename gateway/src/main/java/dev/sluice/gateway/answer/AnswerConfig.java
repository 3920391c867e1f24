package dev.sluice.gateway.answer;

import dev.sluice.serving.config.Settings;
import java.time.Duration;

/**
 * Which models of the generate-service an answer may use besides the default one.
 *
 * @param fallbackModel answers when the default cannot; empty: none does
 * @param rewriteModel rewrites questions; empty: none are rewritten
 * @param rewriteTimeout the longest that it may take
 */
public record AnswerConfig(String fallbackModel, String rewriteModel, Duration rewriteTimeout) {

  /** Reads {@code SLUICE_GATEWAY_FALLBACK_MODEL} and {@code SLUICE_GATEWAY_REWRITE_…}. */
  public static AnswerConfig read(Settings settings) {
    return new AnswerConfig(
        settings.text(
            "SLUICE_GATEWAY_FALLBACK_MODEL",
            "",
            "Name of the generate-service's model that answers when the default fails before its"
                + " first word, as an extractive one; empty: none does."),
        settings.text(
            "SLUICE_GATEWAY_REWRITE_MODEL",
            "",
            "Name of the generate-service's language model that makes a question which can be"
                + " understood without the conversation before it; empty: the last message is"
                + " searched for as it is."),
        settings.duration(
            "SLUICE_GATEWAY_REWRITE_TIMEOUT",
            Duration.ofSeconds(2),
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            "The longest that rewriting a question may take."));
  }

  boolean rewrites() {
    return !rewriteModel.isEmpty();
  }

  boolean fallsBack() {
    return !fallbackModel.isEmpty();
  }
}
