package dev.sluice.rerank;

import dev.sluice.serving.encoder.TokenSequence;
import java.util.function.Consumer;

/**
 * One text for the encoder.
 *
 * @param receiver takes the token vectors, one after the other, on the batcher's thread; so those
 *     of a large call are made small as they come and never lie in memory together
 */
record Reading(TokenSequence text, Consumer<float[]> receiver) {}
