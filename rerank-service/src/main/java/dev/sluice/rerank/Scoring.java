package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchTiming;
import java.util.List;

/**
 * What a model says of candidates.
 *
 * @param scores one for each document, in order
 * @param queryTruncated whether the model could not read all of the query
 * @param cacheHits documents for which this call ran no model
 * @param preparationNanos time spent on looking up and tokenising
 * @param timing what the batcher measured
 */
record Scoring(
    List<Score> scores,
    boolean queryTruncated,
    int cacheHits,
    long preparationNanos,
    BatchTiming timing) {}
