package dev.sluice.generate;

import dev.sluice.generate.extractive.ExtractiveModel;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.openai.OpenAiModel;
import dev.sluice.generate.triton.TritonModel;
import dev.sluice.serving.metrics.CacheMetrics;
import dev.sluice.serving.models.ModelLoader;
import dev.sluice.serving.tls.ChannelSecurity;
import dev.sluice.serving.tls.ChannelTls;
import io.micrometer.core.instrument.MeterRegistry;

/** Loads models, each with the engine that its configuration names, gated where that is remote. */
record GenerateLoader(
    MeterRegistry registry, CacheMetrics cacheMetrics, ChannelTls tls, ChannelSecurity channels)
    implements ModelLoader<GenerateModelConfig, GenerateModel> {

  @Override
  public GenerateModel load(String name, GenerateModelConfig config) {
    GenerateModel model = GatedModel.inFrontOf(name, model(name, config), registry);
    new GenerateMetrics(registry).expect(model.name());
    return model;
  }

  private GenerateModel model(String name, GenerateModelConfig config) {
    return switch (config.backend()) {
      case EXTRACTIVE -> ExtractiveModel.start(name, config.extractive(), registry, cacheMetrics);
      case OPENAI -> OpenAiModel.start(config.openAi(), tls);
      case TRITON -> TritonModel.start(config.triton(), channels);
    };
  }
}
