package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.tls.ChannelSecurity;
import dev.sluice.serving.tls.ChannelTls;
import dev.sluice.serving.tls.TestAuthority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes with a model server that asks for certificates. */
@Timeout(60)
class ModelServerTlsIT {

  private static final String PREFIX = "SLUICE_TEST_UPSTREAM_TLS_";
  private static final String KEY = "SLUICE_TEST_TARGETS";
  private static final Accelerator FAST = new Accelerator(0, 0, 0, true, 2, 0, 0);

  @TempDir private Path folder;
  private FakeInferenceServer server;

  @BeforeEach
  void start() throws IOException {
    var authority = new TestAuthority("authority");
    authority.issue("triton.example.org", folder.resolve("triton"));
    authority.issue("embed.example.org", folder.resolve("embed"));
    new TestAuthority("stranger").issue("embed.example.org", folder.resolve("stranger"));
    server =
        FakeInferenceServer.start(
            FakeModel.EMBED,
            Device.asSent(FAST, 1),
            TestAuthority.server(folder.resolve("triton")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Map<String, String> believing(String owner) {
    return Map.of(PREFIX + "CA_FILE", folder.resolve(owner).resolve("ca.crt").toString());
  }

  private Map<String, String> showing(String owner) {
    Map<String, String> settings = new HashMap<>(believing(owner));
    settings.put(PREFIX + "CERTIFICATE_FILE", folder.resolve(owner).resolve("tls.crt").toString());
    settings.put(PREFIX + "KEY_FILE", folder.resolve(owner).resolve("tls.key").toString());
    return settings;
  }

  private static ChannelSecurity security(Map<String, String> settings) {
    ChannelTls tls = ChannelTls.read(new Settings(settings), PREFIX, "the test", "model servers");
    return ChannelSecurity.open("model servers", tls, new SimpleMeterRegistry());
  }

  private void ask(Map<String, String> settings) {
    try (ChannelSecurity security = security(settings);
        var client = new InferenceClient(List.of(server.target()), security)) {
      client.requireReady(0, FakeModel.EMBED.name());
    }
  }

  @Test
  void aServerOfTheAuthorityIsShownTheServicesCertificate() {
    assertThatCode(() -> ask(showing("embed"))).doesNotThrowAnyException();
  }

  @Test
  void theCertificateMayHaveAnotherNameThanTheTarget() {
    Map<String, String> settings = showing("embed");
    settings.put(PREFIX + "NAME", "triton.example.org");
    assertThatCode(() -> ask(settings)).doesNotThrowAnyException();

    settings.put(PREFIX + "NAME", "other.example.org");
    assertThatThrownBy(() -> ask(settings)).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void whoeverHasNoCertificateOfTheAuthorityIsNotServed() {
    assertThatThrownBy(() -> ask(believing("embed"))).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() {
    assertThatThrownBy(() -> ask(showing("stranger"))).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void plainTextStaysOnTheMachine() {
    try (ChannelSecurity plain = security(Map.of())) {
      plain.require(KEY, List.of("127.0.0.1:8001", "localhost:8001", "[::1]:8001"));
      assertThatThrownBy(() -> plain.require(KEY, List.of("127.0.0.1:8001", "triton:8001")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(KEY + " has triton:8001, which would be called in plain text")
          .hasMessageContaining("set " + PREFIX + "CA_FILE");
    }
    try (ChannelSecurity allowed = security(Map.of("SLUICE_ALLOW_PLAINTEXT", "true"));
        ChannelSecurity encrypted = security(believing("embed"))) {
      allowed.require(KEY, List.of("triton:8001"));
      encrypted.require(KEY, List.of("triton:8001"));
    }
  }
}
