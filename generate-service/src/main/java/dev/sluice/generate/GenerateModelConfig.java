package dev.sluice.generate;

import dev.sluice.generate.extractive.ExtractiveConfig;
import dev.sluice.serving.config.Settings;

/** What one model is configured with. */
record GenerateModelConfig(ExtractiveConfig extractive) {

  /** Reads the keys that begin with a prefix. */
  static GenerateModelConfig read(Settings settings, String prefix) {
    return new GenerateModelConfig(ExtractiveConfig.read(settings, prefix));
  }
}
