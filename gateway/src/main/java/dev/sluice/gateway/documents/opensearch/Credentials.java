package dev.sluice.gateway.documents.opensearch;

import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this gateway is to the cluster: says so with every request. The secret is read from its file
 * each time, so that it can be changed while the gateway runs; while the file cannot be read, the
 * last one counts.
 */
final class Credentials implements HttpRequestInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
  private static final int LONGEST = 16 << 10;

  private final String user;
  private final Path file;
  private volatile String last;

  /**
   * @param user for basic authentication; empty when the secret is a bearer token
   */
  private Credentials(String user, Path file) throws IOException {
    this.user = user;
    this.file = file;
    this.last = secret(file);
  }

  /** Empty where the cluster asks for none. */
  static Optional<Credentials> of(OpenSearchConfig config) {
    boolean basic = !config.user().isEmpty();
    if (basic && config.tokenFile().isPresent()) {
      throw wrong("USER and …_TOKEN_FILE exclude each other");
    }
    if (basic != config.passwordFile().isPresent()) {
      throw wrong(basic ? "PASSWORD_FILE must be set for the user" : "USER must be set too");
    }
    Optional<Path> file = basic ? config.passwordFile() : config.tokenFile();
    try {
      return file.isEmpty()
          ? Optional.empty()
          : Optional.of(new Credentials(config.user(), file.get()));
    } catch (IOException e) {
      throw wrong((basic ? "PASSWORD_FILE " : "TOKEN_FILE ") + file.orElseThrow() + ": " + e);
    }
  }

  private static ConfigurationException wrong(String problem) {
    return new ConfigurationException(List.of("SLUICE_GATEWAY_OPENSEARCH_" + problem));
  }

  private static String secret(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IOException("is longer than a secret");
    }
    String secret = Files.readString(file).strip();
    if (secret.isEmpty() || secret.chars().anyMatch(Character::isISOControl)) {
      throw new IOException("must hold one line");
    }
    return secret;
  }

  private String current() {
    try {
      last = secret(file);
    } catch (IOException e) {
      LOG.debug("a secret cannot be read, the last one is used", e);
    }
    return last;
  }

  @Override
  public void process(HttpRequest request, EntityDetails entity, HttpContext context) {
    request.setHeader("Authorization", user.isEmpty() ? "Bearer " + current() : basic());
  }

  private String basic() {
    byte[] credentials = (user + ":" + current()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(credentials);
  }
}
