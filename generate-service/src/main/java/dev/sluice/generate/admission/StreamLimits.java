package dev.sluice.generate.admission;

import dev.sluice.serving.config.Settings;

/**
 * Bounds of what a remote model server is given.
 *
 * @param maxStreams the most streams at once, whatever the server seems to bear
 * @param maxWaitingTokens the most tokens, to read and to write, that may wait
 * @param defaultMaxTokens what a stream may write that names no bound
 */
public record StreamLimits(int maxStreams, long maxWaitingTokens, int defaultMaxTokens) {

  public StreamLimits {
    if (maxStreams < 1 || maxWaitingTokens < 1 || defaultMaxTokens < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** Reads the keys that begin with a prefix. */
  public static StreamLimits read(Settings settings, String prefix) {
    return new StreamLimits(
        settings.integer(
            prefix + "MAX_STREAMS",
            256,
            1,
            1 << 16,
            "The most streams at once for all model servers together; how many they bear is found"
                + " below it."),
        settings.integer(
            prefix + "MAX_WAITING_TOKENS",
            1 << 20,
            1,
            1 << 30,
            "The most tokens, to read and to write, that may wait for the model servers; more is"
                + " refused with RESOURCE_EXHAUSTED."),
        settings.integer(
            prefix + "DEFAULT_MAX_TOKENS",
            1024,
            1,
            1_000_000,
            "The most tokens that a model server writes for a request that names no bound."));
  }
}
