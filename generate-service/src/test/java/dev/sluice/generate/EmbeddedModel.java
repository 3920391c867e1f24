package dev.sluice.generate;

import dev.sluice.serving.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;

/** The extractive model over the embedded encoder, loaded once for all tests and never closed. */
final class EmbeddedModel {

  static final double THRESHOLD = .65;
  static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
  static final ExtractiveModel MODEL =
      GenerateServer.extractive(
          GenerateConfig.read(new Settings(Map.of())), REGISTRY, new GenerateMetrics(REGISTRY));

  private EmbeddedModel() {}
}
