package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords and documents stay encrypted beyond this machine. */
class OpenSearchConfigTest {

  private static final String URLS = "SLUICE_GATEWAY_OPENSEARCH_URLS";

  private static void read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    OpenSearchConfig.read(settings);
    settings.finish();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9200",
        "http://[::1]:9200, http://localhost:9201",
        "https://search-1:9200,https://search-2:9200"
      })
  void whatIsEncryptedOrStaysHereNeedsNothing(String urls) {
    assertThatCode(() -> read(Map.of(URLS, urls))).doesNotThrowAnyException();
  }

  @Test
  void plainTextToOthersIsRefusedUnlessItWasChosen() {
    String urls = "https://search-1:9200,http://search-2:9200";
    assertThatThrownBy(() -> read(Map.of(URLS, urls)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(URLS + " has http://search-2:9200")
        .hasMessageContaining("make it https://");
    assertThatCode(() -> read(Map.of(URLS, urls, "SLUICE_ALLOW_PLAINTEXT", "true")))
        .doesNotThrowAnyException();
  }
}
