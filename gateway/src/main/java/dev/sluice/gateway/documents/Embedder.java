package dev.sluice.gateway.documents;

import java.util.List;

/**
 * The embed-service as the documents need it. Every method blocks, runs under the deadline of the
 * current gRPC context and throws a {@link dev.sluice.serving.failure.Failure}.
 */
public interface Embedder {

  /** The model that answers now. */
  EmbedModel model();

  /**
   * Tokens of each text, without the special ones that the model adds. At most 4096 texts a call,
   * each of at most 131072 characters.
   */
  int[] countTokens(List<String> texts);

  /** One vector for each text, none of which is blank, all by one model. */
  Embedded embedDocuments(List<String> texts);
}
