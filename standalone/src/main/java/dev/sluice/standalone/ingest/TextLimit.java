package dev.sluice.standalone.ingest;

import dev.sluice.gateway.GatewayConfig;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.standalone.CommandFailure;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The longest text that a document may have. A gateway refuses longer ones and tells nobody how
 * long they may be, so the key that says it to the gateway is read here too.
 *
 * @param bytes of UTF-8
 */
public record TextLimit(int bytes) {

  /** What the environment of this process says. */
  public static TextLimit byEnvironment() {
    return of(System.getenv());
  }

  /**
   * @throws CommandFailure when it is no size
   */
  static TextLimit of(Map<String, String> environment) {
    String key = GatewayConfig.MAX_DOCUMENT_MIB;
    var settings = new Settings(Map.of(key, environment.getOrDefault(key, "")));
    int bytes = GatewayConfig.maxDocumentBytes(settings);
    try {
      settings.finish();
    } catch (ConfigurationException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
    return new TextLimit(bytes);
  }

  boolean isExceededBy(String text) {
    // Three bytes a character is the most that UTF-8 takes for one char.
    return text.length() > bytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /** Why a longer one is not sent. */
  String refusal() {
    return "it has more text than a document may have (%d MiB, %s): split it into several"
        .formatted(bytes >> 20, GatewayConfig.MAX_DOCUMENT_MIB);
  }
}
