package dev.sluice.serving.inference.fake;

/**
 * What a fake server did since its start.
 *
 * @param calls calls of ModelInfer that came
 * @param cancelled calls whose cancellation reached the server
 * @param batches batches that ran
 * @param rows rows of these batches
 * @param tokens their real tokens
 * @param paddedTokens their tokens with padding
 * @param meanTimerError by how many nanoseconds on average a batch ended later than it should
 */
public record Counts(
    long calls,
    long cancelled,
    long batches,
    long rows,
    long tokens,
    long paddedTokens,
    long meanTimerError) {}
