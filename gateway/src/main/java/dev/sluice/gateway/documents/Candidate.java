package dev.sluice.gateway.documents;

import org.jspecify.annotations.Nullable;

/**
 * A passage that at least one leg found.
 *
 * @param cosine of the query's and the passage's vectors; null when the dense leg did not run
 * @param bm25 0 when no word of the query occurs; null when the lexical leg did not run
 */
public record Candidate(Passage passage, @Nullable Double cosine, @Nullable Double bm25) {}
