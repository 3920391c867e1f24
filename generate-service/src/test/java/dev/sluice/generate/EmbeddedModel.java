package dev.sluice.generate;

import dev.sluice.generate.extractive.ExtractiveConfig;
import dev.sluice.generate.extractive.ExtractiveModel;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.metrics.CacheMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;

/** The extractive model over the embedded encoder, loaded once for all tests and never closed. */
final class EmbeddedModel {

  static final double THRESHOLD = .65;
  static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
  static final ExtractiveModel MODEL =
      ExtractiveModel.start(
          "",
          ExtractiveConfig.read(new Settings(Map.of()), "SLUICE_GENERATE_"),
          REGISTRY,
          new CacheMetrics(REGISTRY, "generate_passages"));

  private EmbeddedModel() {}
}
