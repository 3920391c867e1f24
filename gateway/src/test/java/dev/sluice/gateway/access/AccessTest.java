package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {

  @TempDir private Path folder;

  private static void open(String host, String... settings) {
    Map<String, String> keys = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      keys.put("SLUICE_GATEWAY_" + settings[i], settings[i + 1]);
    }
    Access.open(AccessConfig.read(new Settings(keys)), host, new SimpleMeterRegistry()).close();
  }

  private static void assertRefused(String words, String host, String... settings) {
    assertThatThrownBy(() -> open(host, settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  @Test
  void onLoopbackNobodyIsAskedUnlessThereAreKeys() {
    for (String host : new String[] {"127.0.0.1", "::1", "localhost"}) {
      assertThatCode(() -> open(host)).doesNotThrowAnyException();
    }
  }

  @Test
  void beyondLoopbackEverybodyIsLetInOnlyWhenThatIsSaid() {
    assertRefused("SLUICE_GATEWAY_ANONYMOUS=true to let everybody do everything", "0.0.0.0");
    assertRefused("set SLUICE_GATEWAY_API_KEYS_FILE", "::");
    assertThatCode(() -> open("0.0.0.0", "ANONYMOUS", "true")).doesNotThrowAnyException();
  }

  @Test
  void keysBeyondLoopbackAreEnough() throws IOException {
    String file = Files.createFile(folder.resolve("keys")).toString();
    assertThatCode(() -> open("0.0.0.0", "API_KEYS_FILE", file)).doesNotThrowAnyException();
    assertRefused("leave one out", "::1", "API_KEYS_FILE", file, "ANONYMOUS", "true");
  }

  @Test
  void halfAConfigurationOfTokensIsRefused() {
    assertRefused("belong together", "::1", "JWT_ISSUER", "https://issuer");
    assertRefused("belong together", "::1", "JWT_JWKS", "https://issuer/keys");
  }

  @Test
  void keysOfTokensComeFromAFileOrBySafeWaysAlone() {
    for (String wrong :
        new String[] {
          "http://issuer.example/keys", "ftp://issuer/keys", "https:///keys", "no://?^"
        }) {
      assertRefused(
          "https:// address", "::1", "JWT_ISSUER", "a", "JWT_AUDIENCE", "b", "JWT_JWKS", wrong);
    }
    assertRefused(
        "there is no such file",
        "::1",
        "JWT_ISSUER",
        "a",
        "JWT_AUDIENCE",
        "b",
        "JWT_JWKS",
        folder.resolve("missing").toString());
  }
}
