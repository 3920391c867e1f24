package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.network.FreePort;
import dev.sluice.serving.tls.ChannelTls;
import dev.sluice.serving.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a model's servers say at the start. */
@Timeout(60)
class ModelCheckIT {

  private static final String PREFIX = "SLUICE_T_UPSTREAM_TLS_";

  private static FakeChatServer listing(String body) throws IOException {
    return new FakeChatServer(exchange -> exchange.json(500, "{}")).listing(body);
  }

  private static void assertStarts(String body) throws IOException {
    try (var server = listing(body)) {
      OpenAiModel.start(config(server.base()), ChannelTls.NONE).close();
    }
  }

  private static void assertStops(OpenAiConfig config, String... said) {
    assertThatThrownBy(() -> OpenAiModel.start(config, ChannelTls.NONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(said);
  }

  @Test
  void aServerThatListsTheModelIsReady() throws IOException {
    assertStarts("{\"data\":[{\"id\":\"other\"},{\"id\":\"tiny\",\"object\":\"model\"}]}");
    assertStarts("{\"data\":[{\"id\":\"tiny:latest\"}]}");
  }

  @Test
  void aServerWithoutAListIsBelieved() throws IOException {
    assertStarts("");
    assertStarts("hello");
    assertStarts("{\"models\":[]}");
  }

  @Test
  void aServerThatListsOthersStopsTheStart() throws IOException {
    try (var server = listing("{\"data\":[{\"id\":\"huge\"}]}")) {
      assertStops(config(server.base()), "SLUICE_T_MODEL_NAME", "tiny", "huge");
    }
  }

  @Test
  void oneServerOfSeveralIsEnough() throws IOException {
    try (var server = listing("{\"data\":[{\"id\":\"tiny\"}]}")) {
      OpenAiModel.start(
              config("http://127.0.0.1:" + FreePort.any() + "/v1, " + server.base()),
              ChannelTls.NONE)
          .close();
    }
  }

  @Test
  void aServerThatNeverComesStopsTheStart() throws IOException {
    String target = "http://127.0.0.1:" + FreePort.any() + "/v1";
    assertStops(config(target, "START_TIMEOUT", "150ms"), "SLUICE_T_TARGETS", target);
  }

  @Test
  void wrongSettingsStopTheStart(@TempDir Path directory) {
    assertStops(config("http://a/v1", "MODEL_NAME", ""), "SLUICE_T_MODEL_NAME");
    assertStops(config("127.0.0.1:8000"), "SLUICE_T_TARGETS", "127.0.0.1:8000");
    assertStops(config("ftp://a/v1"), "SLUICE_T_TARGETS");
    assertStops(config(" , "), "SLUICE_T_TARGETS");
    String file = directory.resolve("none").toString();
    assertStops(config("http://a/v1", "API_KEY_FILE", file), "SLUICE_T_API_KEY_FILE", file);
  }

  @Test
  void plainTextStaysOnTheMachine() throws IOException {
    assertStops(config("http://a/v1"), "SLUICE_T_TARGETS has http://a/v1", "make it https://");
    Map<String, String> chosen = Map.of("SLUICE_ALLOW_PLAINTEXT", "true");
    config("http://a/v1").requireSafe(tls(chosen));
  }

  @Test
  void aServerOverHttpsIsBelievedByItsAuthority(@TempDir Path folder) throws IOException {
    var authority = new TestAuthority("authority");
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.context()));
    server.createContext("/v1/models", exchange -> exchange.sendResponseHeaders(200, -1));
    server.start();
    try {
      OpenAiConfig config =
          config(
              "https://127.0.0.1:" + server.getAddress().getPort() + "/v1",
              "START_TIMEOUT",
              "200ms");
      OpenAiModel.start(config, tls(believing(folder.resolve("right"), authority))).close();
      assertStops(config, "SLUICE_T_TARGETS");
      var stranger = tls(believing(folder.resolve("wrong"), new TestAuthority("stranger")));
      assertThatThrownBy(() -> OpenAiModel.start(config, stranger))
          .isInstanceOf(ConfigurationException.class);
    } finally {
      server.stop(0);
    }
  }

  private static Map<String, String> believing(Path file, TestAuthority authority)
      throws IOException {
    return Map.of(PREFIX + "CA_FILE", Files.writeString(file, authority.certificate()).toString());
  }

  private static ChannelTls tls(Map<String, String> settings) {
    return ChannelTls.read(new Settings(settings), PREFIX, "the test", "model servers");
  }

  @Test
  void theFingerprintIsOfNameAndRevision() throws IOException {
    try (var server = listing("")) {
      String plain = fingerprint(config(server.base()));
      assertThat(plain).matches("[0-9a-f]{64}").isEqualTo(fingerprint(config(server.base())));
      assertThat(fingerprint(config(server.base(), "MODEL_REVISION", "2"))).isNotEqualTo(plain);
      assertThat(fingerprint(config(server.base(), "MODEL_NAME", "huge"))).isNotEqualTo(plain);
    }
  }

  private static String fingerprint(OpenAiConfig config) {
    try (OpenAiModel model = OpenAiModel.start(config, ChannelTls.NONE)) {
      return model.fingerprint();
    }
  }
}
