package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Tokenizer;

/**
 * A cross-encoder: the probability that the second text of a pair answers the first. The seam
 * between it and what runs it.
 */
interface PairModel extends BatchModel<TokenSequence, Double>, AutoCloseable {

  /** What requests call it. */
  String name();

  /** A hash over the model's files and the way they are used. */
  String fingerprint();

  /** Belongs to the model. */
  Tokenizer tokenizer();

  /** The most tokens of a pair, those that the model adds included. */
  int maxTokens();

  /** Whether it can run batches now; one in this process always can. */
  default boolean isReady() {
    return true;
  }

  @Override
  default int tokens(TokenSequence pair) {
    return pair.length();
  }

  @Override
  void close();
}
