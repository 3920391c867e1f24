package dev.sluice.rerank;

import java.util.OptionalDouble;

/**
 * A document to score.
 *
 * @param firstStageScore the BM25 score that the first stage gave it, 0 or more
 */
record Candidate(String text, OptionalDouble firstStageScore) {}
