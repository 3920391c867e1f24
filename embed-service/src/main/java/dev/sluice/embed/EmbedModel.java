package dev.sluice.embed;

import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Truncation;

/** An embedding model: the seam between this service and what runs models. */
interface EmbedModel extends BatchModel<TokenSequence, float[]>, AutoCloseable {

  String name();

  /** What tells this embedding space from any other. */
  String fingerprint();

  /** Floats of a vector. */
  int dimension();

  /** The most tokens of a text, those that the model adds included. */
  int maxTokens();

  /** Tokens of a text alone. */
  int countTokens(String text);

  /** A text as the model reads it, with the prompt of its input type. */
  TokenSequence tokenize(String text, InputType type, Truncation truncation);

  /** Whether it can run batches now; one in this process always can. */
  default boolean isReady() {
    return true;
  }

  @Override
  default int tokens(TokenSequence input) {
    return input.length();
  }

  @Override
  void close();
}
