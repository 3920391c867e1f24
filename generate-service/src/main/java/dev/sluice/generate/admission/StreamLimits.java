package dev.sluice.generate.admission;

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
}
