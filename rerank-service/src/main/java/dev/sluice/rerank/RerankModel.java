package dev.sluice.rerank;

import dev.sluice.serving.models.ServedModel;
import io.grpc.Deadline;

/**
 * A reranking model: the seam between this service and what runs models. Owns its batcher and what
 * that runs.
 */
interface RerankModel extends ServedModel {

  /**
   * Scores every document against the query; waits for it.
   *
   * @throws dev.sluice.serving.failure.Failure as {@link dev.sluice.serving.batching.Batcher#run}
   *     does
   */
  Scoring score(Candidates candidates, Deadline deadline);
}
