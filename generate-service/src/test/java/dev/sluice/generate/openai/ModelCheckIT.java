package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a model's servers say at the start. */
@Timeout(60)
class ModelCheckIT {

  private static FakeChatServer listing(String body) throws IOException {
    return new FakeChatServer(exchange -> exchange.json(500, "{}")).listing(body);
  }

  private static void assertStarts(String body) throws IOException {
    try (var server = listing(body)) {
      OpenAiModel.start(config(server.base())).close();
    }
  }

  private static void assertStops(OpenAiConfig config, String... said) {
    assertThatThrownBy(() -> OpenAiModel.start(config))
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
      OpenAiModel.start(config("http://127.0.0.1:" + freePort() + "/v1, " + server.base())).close();
    }
  }

  @Test
  void aServerThatNeverComesStopsTheStart() throws IOException {
    String target = "http://127.0.0.1:" + freePort() + "/v1";
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
  void theFingerprintIsOfNameAndRevision() throws IOException {
    try (var server = listing("")) {
      String plain = fingerprint(config(server.base()));
      assertThat(plain).matches("[0-9a-f]{64}").isEqualTo(fingerprint(config(server.base())));
      assertThat(fingerprint(config(server.base(), "MODEL_REVISION", "2"))).isNotEqualTo(plain);
      assertThat(fingerprint(config(server.base(), "MODEL_NAME", "huge"))).isNotEqualTo(plain);
    }
  }

  private static String fingerprint(OpenAiConfig config) {
    try (OpenAiModel model = OpenAiModel.start(config)) {
      return model.fingerprint();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
