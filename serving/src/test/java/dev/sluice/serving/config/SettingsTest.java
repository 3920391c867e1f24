package dev.sluice.serving.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void absentKeysHaveTheirDefaults() {
    Settings settings = new Settings(Map.of());
    assertThat(settings.integer("SLUICE_X_PORT", 7400, 0, 65535, "A port.")).isEqualTo(7400);
    assertThat(settings.path("SLUICE_X_DIRECTORY", "A directory.")).isEmpty();
    settings.finish();
  }

  @Test
  void valuesAreReadByType() {
    Settings settings =
        new Settings(
            Map.of(
                "SLUICE_A", " 12 ",
                "SLUICE_B", "250ms",
                "SLUICE_C", "0.5",
                "SLUICE_D", "seconds"));
    assertThat(settings.integer("SLUICE_A", 1, 0, 100, "")).isEqualTo(12);
    assertThat(settings.duration("SLUICE_B", Duration.ZERO, Duration.ZERO, Duration.ofHours(1), ""))
        .isEqualTo(Duration.ofMillis(250));
    assertThat(settings.decimal("SLUICE_C", 0, 0, 1, "")).isEqualTo(0.5);
    assertThat(settings.choice("SLUICE_D", java.util.concurrent.TimeUnit.DAYS, ""))
        .isEqualTo(java.util.concurrent.TimeUnit.SECONDS);
    settings.finish();
  }

  @Test
  void namesAreDifferentAndPlain() {
    assertThat(new Settings(Map.of("SLUICE_N", "large, b-2.q")).names("SLUICE_N", ""))
        .containsExactly("large", "b-2.q");
    assertThat(new Settings(Map.of()).names("SLUICE_N", "")).isEmpty();
    for (String wrong : List.of("a,a", "a-b,a.b", "A", "a,", "-a", "a b")) {
      Settings settings = new Settings(Map.of("SLUICE_N", wrong));
      settings.names("SLUICE_N", "");
      assertThatThrownBy(settings::finish).hasMessageContaining("must be different names");
    }
  }

  @Test
  void unknownKeysStopTheStartAndNameTheNearestKnownOne() {
    Settings settings = new Settings(Map.of("SLUICE_EMBED_PROT", "1", "PATH", "/bin"));
    settings.integer("SLUICE_EMBED_PORT", 7401, 0, 65535, "");
    assertThatThrownBy(settings::finish)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("unknown setting SLUICE_EMBED_PROT; did you mean SLUICE_EMBED_PORT?");
  }

  @Test
  void everyWrongValueIsNamedAtOnce() {
    Settings settings = new Settings(Map.of("SLUICE_A", "many", "SLUICE_B", "70000"));
    settings.integer("SLUICE_A", 1, 0, 10, "");
    settings.integer("SLUICE_B", 1, 0, 65535, "");
    assertThatThrownBy(settings::finish)
        .hasMessage(
            """
            SLUICE_A is 'many' but must be integer, 0 to 10
            SLUICE_B is '70000' but must be integer, 0 to 65535\
            """);
  }

  @Test
  void durationsAreReadBackAsPrinted() {
    for (String text : new String[] {"0ms", "250ms", "10s", "90s", "5m", "2h"}) {
      assertThat(Durations.print(Durations.parse(text))).isEqualTo(text);
    }
    assertThatThrownBy(() -> Durations.parse("ten seconds"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
