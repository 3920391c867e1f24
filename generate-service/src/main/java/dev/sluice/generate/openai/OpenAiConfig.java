package dev.sluice.generate.openai;

import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.ChannelTls;
import dev.sluice.serving.tls.PlainText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model on servers that speak the OpenAI chat-completions API.
 *
 * @param prefix what the names of its settings begin with, for messages
 * @param targets base URLs with their version, separated by commas; one for each replica
 * @param model its name there
 * @param revision what tells it from another model of that name
 * @param apiKeyFile where the key is, for servers that want one
 * @param tokenLimit how the server calls the bound of tokens
 * @param limits what the servers together are given
 * @param connectTimeout how long to wait for a connection
 * @param startTimeout how long to wait at the start for a server that has the model
 */
public record OpenAiConfig(
    String prefix,
    String targets,
    String model,
    String revision,
    Optional<Path> apiKeyFile,
    TokenLimit tokenLimit,
    StreamLimits limits,
    Duration connectTimeout,
    Duration startTimeout) {

  /** Reads the keys that begin with a prefix. */
  public static OpenAiConfig read(Settings settings, String prefix) {
    return new OpenAiConfig(
        prefix,
        settings.text(
            prefix + "TARGETS",
            "http://127.0.0.1:8000/v1",
            "Base URLs of the model servers, as http://host:port/v1, separated by commas; one for"
                + " each replica."),
        settings.text(prefix + "MODEL_NAME", "", "The model's name on the model servers."),
        settings.text(
            prefix + "MODEL_REVISION",
            "",
            "What tells the model from another of its name, as a revision or a digest; part of its"
                + " fingerprint."),
        settings.path(
            prefix + "API_KEY_FILE",
            "File with the key that the model servers want; read again when it changes."),
        settings.choice(
            prefix + "TOKEN_LIMIT",
            TokenLimit.MAX_TOKENS,
            "How the server calls the most tokens to write; some hosted models know"
                + " max_completion_tokens only."),
        StreamLimits.read(settings, prefix),
        settings.duration(
            prefix + "CONNECT_TIMEOUT",
            Duration.ofSeconds(2),
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            "How long to wait for a connection to a model server."),
        settings.duration(
            prefix + "START_TIMEOUT",
            Duration.ofMinutes(5),
            Duration.ZERO,
            Duration.ofHours(2),
            "How long to wait at the start for a model server that has the model."));
  }

  /**
   * The base URLs, without a slash at the end.
   *
   * @throws ConfigurationException when one is none, or there is none
   */
  List<URI> bases() {
    List<URI> bases =
        Stream.of(targets.split(","))
            .map(String::strip)
            .filter(target -> !target.isEmpty())
            .map(this::base)
            .toList();
    if (bases.isEmpty()) {
      throw wrong("TARGETS", "must name a model server");
    }
    return bases;
  }

  private URI base(String target) {
    try {
      URI base = URI.create(target.replaceAll("/+$", ""));
      boolean web = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
      if (web && base.getHost() != null) {
        return base;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw wrong("TARGETS", "has '" + target + "', which is no URL as http://host:port/v1");
  }

  /**
   * Returns where the servers may be called.
   *
   * @throws ConfigurationException when one would be in plain text, beyond this machine
   */
  void requireSafe(ChannelTls tls) {
    for (URI base : bases()) {
      if (!tls.plainText() && !PlainText.isSafe(base.toString())) {
        throw new ConfigurationException(
            List.of(PlainText.refusal(prefix + "TARGETS", base.toString(), "make it https://")));
      }
    }
  }

  /** What stops the start because of a key. */
  ConfigurationException wrong(String key, String what) {
    return new ConfigurationException(List.of(prefix + key + " " + what));
  }
}
