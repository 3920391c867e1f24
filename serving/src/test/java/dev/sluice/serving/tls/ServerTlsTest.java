package dev.sluice.serving.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServerConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain text beyond loopback, and TLS by halves, stop the start with what to set. */
class ServerTlsTest {

  private static final String CERTIFICATE = "SLUICE_X_TLS_CERTIFICATE_FILE";
  private static final String KEY = "SLUICE_X_TLS_KEY_FILE";
  private static final String CA = "SLUICE_X_TLS_CLIENT_CA_FILE";
  private static final String CLIENTS = "SLUICE_X_TLS_CLIENTS";

  private static void service(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    ServerConfig.read(settings, "x", 1);
    settings.finish();
  }

  private static void gateway(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    ServerConfig.read(settings, "x", 1, Duration.ZERO);
    settings.finish();
  }

  private static String refusal(Map<String, String> environment) {
    var refused = catchThrowableOfType(ConfigurationException.class, () -> service(environment));
    return String.valueOf(refused.getMessage());
  }

  private static Map<String, String> secured(String... without) {
    Map<String, String> all = new HashMap<>();
    all.put(CERTIFICATE, "c");
    all.put(KEY, "k");
    all.put(CA, "a");
    all.put(CLIENTS, "gateway");
    for (String key : without) {
      all.remove(key);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "localhost", "LocalHost", "::1", "[::1]"})
  void loopbackNeedsNothing(String host) {
    assertThatCode(() -> service(Map.of("SLUICE_X_HOST", host))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.7", "localhost.example.org", "127.example.org"})
  void plainTextBeyondLoopbackIsRefused(String host) {
    assertThat(refusal(Map.of("SLUICE_X_HOST", host)))
        .isEqualTo(
            "the x server would listen on "
                + host
                + " in plain text: set "
                + CERTIFICATE
                + " and "
                + KEY
                + ", or SLUICE_ALLOW_PLAINTEXT=true where the network can be trusted");
  }

  @Test
  void plainTextMayBeChosen() {
    var chosen = Map.of("SLUICE_X_HOST", "0.0.0.0", "SLUICE_ALLOW_PLAINTEXT", "true");
    assertThatCode(() -> service(chosen)).doesNotThrowAnyException();
  }

  @Test
  void withTlsAnyAddressMayBeListenedOn() {
    Map<String, String> all = secured();
    all.put("SLUICE_X_HOST", "0.0.0.0");
    assertThatCode(() -> service(all)).doesNotThrowAnyException();
  }

  @Test
  void aCertificateNeedsItsKey() {
    assertThat(refusal(secured(KEY))).contains(CERTIFICATE + " and " + KEY + " belong together");
  }

  @Test
  void aServiceWithTlsTakesCallsOfItsGatewayAlone() {
    assertThat(refusal(secured(CA, CLIENTS))).contains("takes calls of its gateway alone", CLIENTS);
    assertThat(refusal(secured(CLIENTS))).contains("takes calls of its gateway alone");
  }

  @Test
  void clientsAreNamedByCertificatesOnly() {
    assertThat(refusal(secured(CA))).contains(CLIENTS + " needs " + CA);
    assertThat(refusal(secured(CERTIFICATE, KEY))).contains(CA + " needs " + CERTIFICATE);
  }

  @Test
  void theGatewayMayBeCalledWithoutACertificate() {
    assertThatCode(() -> gateway(secured(CA, CLIENTS))).doesNotThrowAnyException();
  }
}
