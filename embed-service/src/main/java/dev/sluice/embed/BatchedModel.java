package dev.sluice.embed;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.Batched;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.models.ServedModel;
import io.grpc.Deadline;
import java.util.List;

/** A model behind its batcher. Owns both. */
final class BatchedModel implements ServedModel {

  private final EmbedModel model;
  private final Batcher<TokenSequence, float[]> batcher;

  /** Starts the batcher's threads. */
  BatchedModel(EmbedModel model, BatchMetrics metrics) {
    this.model = model;
    this.batcher = new Batcher<>("embed", model, metrics);
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public boolean isReady() {
    return model.isReady();
  }

  EmbedModel model() {
    return model;
  }

  /** One vector for each input; waits as {@link Batcher#run} does. */
  Batched<float[]> run(List<TokenSequence> inputs, Deadline deadline) {
    return batcher.run(inputs, deadline);
  }

  @Override
  public double utilisation() {
    return batcher.utilisation();
  }

  @Override
  public void close() {
    try (model) {
      batcher.close();
    }
  }
}
