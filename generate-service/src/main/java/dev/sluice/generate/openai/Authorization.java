package dev.sluice.generate.openai;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;

/**
 * What requests to model servers begin with: who asks, and the key where one is configured.
 *
 * @param prefix what the names of the settings begin with
 */
record Authorization(String prefix, Optional<ApiKey> key) {

  private static final String FILE = "API_KEY_FILE";

  /**
   * Reads the key.
   *
   * @throws dev.sluice.serving.config.ConfigurationException when its file has none
   */
  static Authorization of(OpenAiConfig config) {
    try {
      return new Authorization(
          config.prefix(),
          config.apiKeyFile().isPresent()
              ? Optional.of(new ApiKey(config.apiKeyFile().get()))
              : Optional.empty());
    } catch (IOException e) {
      throw config.wrong(FILE, "cannot be used: " + e);
    }
  }

  HttpRequest.Builder request(URI base, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("User-Agent", "sluice");
    key.ifPresent(value -> request.header("Authorization", "Bearer " + value.value()));
    return request;
  }

  /** What an operator is to look at; not the key. */
  @Override
  public String toString() {
    return key.isPresent()
        ? "the key of " + prefix + FILE
        : "calls without a key (" + prefix + FILE + ")";
  }
}
