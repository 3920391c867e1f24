package dev.sluice.gateway;

import dev.sluice.gateway.access.AccessConfig;
import dev.sluice.gateway.answer.AnswerConfig;
import dev.sluice.gateway.upstream.DataSourcesConfig;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the gateway is configured with.
 *
 * @param dataDirectory where Lucene keeps documents; not touched where OpenSearch does
 * @param quotasFile what tenants may spend and keep; without it the defaults hold
 * @param auditFile where calls are written down; without it they are not
 * @param maxDocumentBytes the longest text of a document, in bytes of UTF-8
 * @param chunkTokens the most tokens of a passage, with its title and headings
 */
public record GatewayConfig(
    ServerConfig server,
    AccessConfig access,
    UpstreamConfig upstreams,
    DataSourcesConfig dataSources,
    AnswerConfig answers,
    StoreConfig store,
    Path dataDirectory,
    Optional<Path> quotasFile,
    Optional<Path> auditFile,
    int maxDocumentBytes,
    int chunkTokens) {

  /** The key of {@link #maxDocumentBytes}. */
  public static final String MAX_DOCUMENT_MIB = "SLUICE_GATEWAY_MAX_DOCUMENT_MIB";

  private static final int PORT = 7400;

  /** Streams of documents may take hours. */
  private static final Duration KEPT = Duration.ZERO;

  private static final int MEBIBYTE = 1 << 20;

  /** Reads {@code SLUICE_GATEWAY_…} and {@code SLUICE_DATA}. */
  public static GatewayConfig read(Settings settings) {
    return new GatewayConfig(
        ServerConfig.read(settings, "gateway", PORT, KEPT),
        AccessConfig.read(settings),
        UpstreamConfig.read(settings),
        DataSourcesConfig.read(settings),
        AnswerConfig.read(settings),
        StoreConfig.read(settings),
        settings
            .path("SLUICE_DATA", "Directory where documents are kept; without it ~/.sluice.")
            .orElse(Path.of(System.getProperty("user.home"), ".sluice")),
        settings.path(
            "SLUICE_GATEWAY_QUOTAS_FILE",
            "File of JSON that says what each tenant may spend and keep (docs/security.md); without it"
                + " the defaults there hold. Looked at every second; a change counts once two looks"
                + " found the same."),
        settings.path(
            "SLUICE_GATEWAY_AUDIT_FILE",
            "File to which a line is appended for each call, - for standard output; without it"
                + " calls are not written down."),
        maxDocumentBytes(settings),
        settings.integer(
            "SLUICE_GATEWAY_CHUNK_TOKENS",
            256,
            32,
            8192,
            "The most tokens of a passage, with its title and headings. Collections keep the"
                + " passages that they have."));
  }

  /** Reads {@code SLUICE_GATEWAY_MAX_DOCUMENT_MIB}; who sends documents may want to know it too. */
  public static int maxDocumentBytes(Settings settings) {
    return settings.integer(
            MAX_DOCUMENT_MIB,
            16,
            1,
            512,
            "The longest text of a document, in MiB of UTF-8. Commands of ./sluice that store"
                + " documents read it as well.")
        * MEBIBYTE;
  }

  /** The same gateway in front of services that listen elsewhere. */
  public GatewayConfig with(UpstreamConfig elsewhere) {
    return new GatewayConfig(
        server,
        access,
        elsewhere,
        dataSources,
        answers,
        store,
        dataDirectory,
        quotasFile,
        auditFile,
        maxDocumentBytes,
        chunkTokens);
  }
}
