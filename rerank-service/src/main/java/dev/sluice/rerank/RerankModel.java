package dev.sluice.rerank;

import io.grpc.Deadline;

/** A reranking model: the seam between this service and what runs models. Owns its batcher. */
interface RerankModel extends AutoCloseable {

  String name();

  /** A hash over the model's files and the way they are used. */
  String fingerprint();

  /** Whether it can score now; one in this process always can. */
  default boolean isReady() {
    return true;
  }

  /**
   * Scores every document against the query; waits for it.
   *
   * @throws dev.sluice.serving.failure.Failure as {@link dev.sluice.serving.batching.Batcher#run}
   *     does
   */
  Scoring score(Candidates candidates, Deadline deadline);

  /** Finishes the batches that were accepted. */
  @Override
  void close();
}
