package dev.sluice.gateway.documents.opensearch;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.PlainText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which OpenSearch cluster keeps the documents.
 *
 * @param urls of its nodes, {@code https://host:9200}
 * @param prefix begins the names of all indexes, so that several gateways' stores fit one cluster
 * @param user for basic authentication; empty without
 * @param passwordFile with the user's password; read again with every request
 * @param tokenFile with a bearer token, instead of a user; read again with every request
 * @param caFile PEM certificates that the nodes' are signed with; without it those of Java
 * @param shards of collections that are made from now on
 * @param timeout of a request that comes without a deadline of its own
 */
public record OpenSearchConfig(
    List<String> urls,
    String prefix,
    String user,
    Optional<Path> passwordFile,
    Optional<Path> tokenFile,
    Optional<Path> caFile,
    int shards,
    Duration timeout) {

  private static final String URLS = "SLUICE_GATEWAY_OPENSEARCH_URLS";

  /** Reads {@code SLUICE_GATEWAY_OPENSEARCH_…}. */
  public static OpenSearchConfig read(Settings settings) {
    return new OpenSearchConfig(
        urls(settings),
        settings.text(
            "SLUICE_GATEWAY_OPENSEARCH_PREFIX",
            "sluice",
            "Begins the names of all indexes: small letters and digits. Gateways that share"
                + " documents have the same."),
        settings.text(
            "SLUICE_GATEWAY_OPENSEARCH_USER",
            "",
            "User for basic authentication at OpenSearch; none by default."),
        settings.path(
            "SLUICE_GATEWAY_OPENSEARCH_PASSWORD_FILE",
            "File with that user's password. It may change while the gateway runs."),
        settings.path(
            "SLUICE_GATEWAY_OPENSEARCH_TOKEN_FILE",
            "File with a bearer token for OpenSearch, instead of a user. It may change while the"
                + " gateway runs."),
        settings.path(
            "SLUICE_GATEWAY_OPENSEARCH_CA_FILE",
            "PEM file with the certificates that OpenSearch's are signed with; without it those"
                + " that Java trusts."),
        settings.integer(
            "SLUICE_GATEWAY_OPENSEARCH_SHARDS",
            1,
            1,
            64,
            "Shards of a collection that is made from now on: more let several nodes share the work"
                + " of one large collection, and cost each search more requests."),
        settings.duration(
            "SLUICE_GATEWAY_OPENSEARCH_TIMEOUT",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            "How long a request to OpenSearch may take that has no deadline of its own: all but"
                + " searches."));
  }

  private static List<String> urls(Settings settings) {
    String text =
        settings.text(
            URLS,
            "http://127.0.0.1:9200",
            "The OpenSearch nodes, https://, or http:// on this machine and where plain text is"
                + " allowed; separated by commas.");
    List<String> urls = Stream.of(text.split(",", -1)).map(String::strip).toList();
    if (!PlainText.isAllowed(settings)) {
      urls.stream()
          .filter(url -> url.startsWith("http:") && !PlainText.isSafe(url))
          .findFirst()
          .map(url -> PlainText.refusal(URLS, url, "make it https://"))
          .ifPresent(settings::refuse);
    }
    return urls;
  }
}
