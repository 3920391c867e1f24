package dev.sluice.serving.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingConfigTest {

  private static TracingConfig read(String key, String value) {
    return TracingConfig.read(new Settings(Map.of(key, value)));
  }

  @Test
  void nothingIsTracedUnlessAnEndpointIsNamed() {
    assertThat(TracingConfig.read(new Settings(Map.of())).isOn()).isFalse();
    assertThat(read(TracingConfig.ENDPOINT, "http://collector:4317").isOn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"collector:4317", "http://collector", "ftp://collector:4317", "http://c:4317/v1"})
  void anEndpointThatCannotBeOneStopsTheStart(String endpoint) {
    assertThatThrownBy(() -> read(TracingConfig.ENDPOINT, endpoint))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(endpoint);
  }

  @Test
  void attributesArePercentDecoded() {
    assertThat(read(TracingConfig.ATTRIBUTES, "team=search%20one, zone=a+b").attributes())
        .containsExactlyInAnyOrderEntriesOf(Map.of("team", "search one", "zone", "a+b"));
    assertThatThrownBy(() -> read(TracingConfig.ATTRIBUTES, "team"))
        .isInstanceOf(ConfigurationException.class);
  }
}
