package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelServerConfigTest {

  private static ModelServerConfig read(Map<String, String> environment) {
    var settings = new Settings(environment);
    var config = ModelServerConfig.read(settings, "SLUICE_X_", "name", "output", "An output.");
    settings.finish();
    return config;
  }

  @Test
  void everyKeyHasThePrefix() {
    var config =
        read(
            Map.of(
                "SLUICE_X_TARGETS", "a:1, b:2,",
                "SLUICE_X_MODEL_NAME", "other",
                "SLUICE_X_OUTPUT", "vectors",
                "SLUICE_X_SLOTS_PER_REPLICA", "2"));
    assertThat(config.targets()).containsExactly("a:1", "b:2");
    assertThat(config.model()).isEqualTo("other");
    assertThat(config.output()).isEqualTo("vectors");
    assertThat(config.limits(100).replicas()).isEqualTo(2);
    assertThat(config.limits(100).slots()).isEqualTo(2);
    assertThat(config.key(ModelServerConfig.TARGETS)).isEqualTo("SLUICE_X_TARGETS");
  }

  @Test
  void paddingCostsNothingWhereTheModelPacks() {
    assertThat(read(Map.of()).limits(100).padded()).isTrue();
    assertThat(read(Map.of("SLUICE_X_BATCHING", "packed")).limits(100).padded()).isFalse();
  }
}
