package dev.sluice.rerank;

/**
 * A document's relevance.
 *
 * @param value in [0, 1]; larger is better
 * @param truncated whether the model could not read all of the document
 */
record Score(double value, boolean truncated) {}
