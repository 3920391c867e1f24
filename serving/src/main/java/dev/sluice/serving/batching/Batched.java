package dev.sluice.serving.batching;

import java.util.List;

/**
 * What a call got from the batcher.
 *
 * @param outputs one for each input, in order
 * @param timing where the time went
 */
public record Batched<O>(List<O> outputs, BatchTiming timing) {}
