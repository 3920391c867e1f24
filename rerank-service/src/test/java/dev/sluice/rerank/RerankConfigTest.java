package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Iterables;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RerankConfigTest {

  private static RerankModelConfig only(RerankConfig config) {
    return Iterables.getOnlyElement(config.models().models().values());
  }

  @Test
  void withoutSettingsTheEmbeddedModelServesOnPort7402() {
    RerankConfig config = RerankConfig.read(new Settings(Map.of()));

    assertThat(config.server().port()).isEqualTo(7402);
    RerankModelConfig model = only(config);
    assertThat(model.modelDirectory()).isEmpty();
    assertThat(model.slots()).isZero();
    assertThat(model.cacheBytes()).isEqualTo(256L << 20);
  }

  @Test
  void theLargestCacheDoesNotOverflow() {
    RerankConfig config =
        RerankConfig.read(new Settings(Map.of("SLUICE_RERANK_CACHE_MIB", "1048576")));

    assertThat(only(config).cacheBytes()).isEqualTo(1L << 40);
  }

  @Test
  void everyWrongValueIsNamed() {
    Settings settings =
        new Settings(Map.of("SLUICE_RERANK_SLOTS", "-1", "SLUICE_RERANK_CACHE_MIB", "many"));
    RerankConfig unused = RerankConfig.read(settings);

    assertThat(only(unused).slots()).isZero();
    assertThatThrownBy(settings::finish)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SLUICE_RERANK_SLOTS")
        .hasMessageContaining("SLUICE_RERANK_CACHE_MIB");
  }
}
