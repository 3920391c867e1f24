package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Slots;
import dev.sluice.serving.metrics.CacheMetrics;
import dev.sluice.serving.metrics.TokenMetrics;
import dev.sluice.serving.models.ModelLoader;
import dev.sluice.serving.tls.ChannelSecurity;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/**
 * Loads reranking models: a cross-encoder, here or on model servers, or a sentence encoder for late
 * interaction.
 */
record RerankLoader(MeterRegistry registry, CacheMetrics cacheMetrics, ChannelSecurity modelServers)
    implements ModelLoader<RerankModelConfig, RerankModel> {

  @Override
  public RerankModel load(String name, RerankModelConfig config) {
    RerankModel model =
        switch (config.backend()) {
          case ONNX -> local(name, config);
          case INFERENCE -> remote(name, config);
        };
    new TokenMetrics(registry).read(model.name(), 0);
    return model;
  }

  private RerankModel local(String name, RerankModelConfig config) {
    ModelFiles files = ModelFiles.at(config.modelDirectory());
    OnnxModel network = OnnxModel.load(files, 1);
    try {
      return local(name.isEmpty() ? files.name() : name, files, network, config);
    } catch (RuntimeException e) { // what cannot start leaves nothing behind
      network.close();
      throw e;
    }
  }

  private RerankModel local(
      String name, ModelFiles files, OnnxModel network, RerankModelConfig config) {
    int slots = Slots.orProcessors(config.slots());
    int most = config.maxQueuedTokens();
    var metrics = new BatchMetrics(registry, name);
    if (OnnxPairModel.fits(network)) {
      return new CrossEncoderModel(new OnnxPairModel(name, files, network, slots, most), metrics);
    }
    var cache = new PassageCache(config.cacheBytes());
    return LateInteractionModel.start(
        name, files, network, slots, most, cache, cacheMetrics, metrics);
  }

  private RerankModel remote(String name, RerankModelConfig config) {
    if (config.modelDirectory().isEmpty()) {
      throw new ConfigurationException(
          List.of(
              config.remote().key("MODEL_DIRECTORY")
                  + " is missing: a model on model servers needs a directory with its"
                  + " tokenizer.json"));
    }
    ModelFiles files = ModelFiles.tokenizerAt(config.modelDirectory());
    var model =
        RemotePairModel.load(name, config.remote(), modelServers, files, config.maxQueuedTokens());
    return new CrossEncoderModel(model, new BatchMetrics(registry, model.name()));
  }
}
