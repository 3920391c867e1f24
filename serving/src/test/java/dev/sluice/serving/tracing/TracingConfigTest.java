package dev.sluice.serving.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import java.util.HashMap;
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

  private static void start(Map<String, String> keys) {
    Settings settings = new Settings(keys);
    var _ = TracingConfig.read(settings);
    settings.finish();
  }

  @Test
  void spansAreNotSentInPlainTextBeyondThisMachineUnlessThatIsChosen() {
    var beyond = Map.of(TracingConfig.ENDPOINT, "http://collector:4317");
    assertThatThrownBy(() -> start(beyond))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("which would be called in plain text: make it https://");

    var chosen = new HashMap<>(beyond);
    chosen.put("SLUICE_ALLOW_PLAINTEXT", "true");
    assertThatCode(() -> start(chosen)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://collector:4317",
        "http://localhost:4317",
        "http://127.0.0.1:4317",
        "http://[::1]:1"
      })
  void encryptedSpansAndThoseOfThisMachineAreSent(String endpoint) {
    assertThatCode(() -> start(Map.of(TracingConfig.ENDPOINT, endpoint)))
        .doesNotThrowAnyException();
  }

  @Test
  void attributesArePercentDecoded() {
    assertThat(read(TracingConfig.ATTRIBUTES, "team=search%20one, zone=a+b").attributes())
        .containsExactlyInAnyOrderEntriesOf(Map.of("team", "search one", "zone", "a+b"));
    assertThatThrownBy(() -> read(TracingConfig.ATTRIBUTES, "team"))
        .isInstanceOf(ConfigurationException.class);
  }
}
