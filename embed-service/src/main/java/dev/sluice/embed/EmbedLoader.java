package dev.sluice.embed;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Slots;
import dev.sluice.serving.metrics.TokenMetrics;
import dev.sluice.serving.models.ModelLoader;
import dev.sluice.serving.tls.ChannelSecurity;
import io.micrometer.core.instrument.MeterRegistry;

/** Loads embedding models, each for the engine that its configuration names. */
record EmbedLoader(MeterRegistry registry, ChannelSecurity modelServers)
    implements ModelLoader<EmbedModelConfig, BatchedModel> {

  @Override
  public BatchedModel load(String name, EmbedModelConfig config) {
    EmbedModel model = model(name, config);
    new TokenMetrics(registry).read(model.name(), 0);
    return new BatchedModel(model, new BatchMetrics(registry, model.name()));
  }

  private EmbedModel model(String name, EmbedModelConfig config) {
    return switch (config.backend()) {
      case ONNX ->
          OnnxEmbedModel.load(
              name,
              ModelFiles.at(config.modelDirectory()),
              Slots.orProcessors(config.slots()),
              config.maxQueuedTokens());
      case INFERENCE ->
          RemoteEmbedModel.load(
              name,
              config.remote(),
              modelServers,
              ModelFiles.tokenizerAt(config.modelDirectory()),
              config.maxQueuedTokens());
    };
  }
}
