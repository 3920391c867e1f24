package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Slots;
import dev.sluice.serving.metrics.ModelMeters;
import dev.sluice.serving.models.ModelLoader;
import io.micrometer.core.instrument.MeterRegistry;

/** Loads reranking models: a cross-encoder, or a sentence encoder for late interaction. */
record RerankLoader(MeterRegistry registry) implements ModelLoader<RerankModelConfig, RerankModel> {

  @Override
  public RerankModel load(String name, RerankModelConfig config) {
    ModelFiles files = ModelFiles.at(config.modelDirectory());
    OnnxModel network = OnnxModel.load(files, 1);
    try {
      return model(name.isEmpty() ? files.name() : name, files, network, config);
    } catch (RuntimeException e) { // what cannot start leaves nothing behind
      network.close();
      throw e;
    }
  }

  private RerankModel model(
      String name, ModelFiles files, OnnxModel network, RerankModelConfig config) {
    int slots = Slots.orProcessors(config.slots());
    var metrics = new BatchMetrics(registry, name);
    if (PairClassifier.fits(network)) {
      return CrossEncoderModel.start(
          name, files, network, slots, config.maxQueuedTokens(), metrics);
    }
    var cache = new PassageCache(config.cacheBytes());
    cache.show(new ModelMeters(registry, name));
    return LateInteractionModel.start(
        name, files, network, slots, config.maxQueuedTokens(), cache, metrics);
  }
}
