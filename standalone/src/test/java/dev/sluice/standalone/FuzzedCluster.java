package dev.sluice.standalone;

import dev.sluice.embed.EmbedServer;
import dev.sluice.gateway.TenantGateway;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.generate.GenerateServer;
import dev.sluice.rerank.RerankServer;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.server.ServiceServer;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The four servers on real sockets for callers of several tenants: embedding and writing before
 * fast fakes of model servers, reranking and a second writer with the embedded model. Owns them.
 */
final class FuzzedCluster implements AutoCloseable {

  static final String ADMIN_TOKEN = "a-token-of-the-fuzzed-cluster";

  private static final Accelerator FAST = new Accelerator(1e5, 0, 0, true, 1, 0, 0);
  private static final List<String> IDLE =
      List.of(
          "sluice.queue.items",
          "sluice.queue.tokens",
          "sluice.gate.running",
          "sluice.gate.waiting.streams",
          "sluice.gate.waiting.tokens");

  private final FakeInferenceServer embedder =
      FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(FAST, 1));
  private final TalkingModelServer writer = new TalkingModelServer();
  private final ServiceServer embed;
  private final ServiceServer rerank;
  private final ServiceServer generate;
  private final ServiceServer gateway;

  /**
   * @param folder an empty one
   */
  FuzzedCluster(Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), ADMIN_TOKEN);
    ClusterConfig config = ClusterConfig.read(settings(token), folder.resolve("data"), true);
    embed = EmbedServer.start(config.embed());
    rerank = RerankServer.start(config.rerank());
    generate = GenerateServer.start(config.generate());
    var upstreams = new UpstreamConfig(embed.address(), rerank.address(), generate.address());
    gateway = TenantGateway.start(config.gateway().with(upstreams));
  }

  private Map<String, String> settings(Path token) {
    return Map.ofEntries(
        Map.entry("SLUICE_EMBED_BACKEND", "inference"),
        Map.entry("SLUICE_EMBED_TARGETS", embedder.target()),
        Map.entry("SLUICE_EMBED_ADMIN_TOKEN_FILE", token.toString()),
        Map.entry("SLUICE_RERANK_ADMIN_TOKEN_FILE", token.toString()),
        Map.entry("SLUICE_GENERATE_ADMIN_TOKEN_FILE", token.toString()),
        Map.entry("SLUICE_GENERATE_MODELS", "talking,extractive"),
        Map.entry("SLUICE_GENERATE_MODEL_TALKING_BACKEND", "openai"),
        Map.entry("SLUICE_GENERATE_MODEL_TALKING_TARGETS", writer.base()),
        Map.entry("SLUICE_GENERATE_MODEL_TALKING_MODEL_NAME", TalkingModelServer.MODEL),
        Map.entry("SLUICE_GENERATE_MODEL_EXTRACTIVE_BACKEND", "extractive"),
        Map.entry("SLUICE_GATEWAY_FALLBACK_MODEL", "extractive"),
        Map.entry("SLUICE_GATEWAY_DATA_SOURCES", "wiki"),
        Map.entry("SLUICE_GATEWAY_DATA_SOURCE_WIKI_TARGET", "127.0.0.1:1"));
  }

  List<ServiceServer> servers() {
    return List.of(gateway, embed, rerank, generate);
  }

  /** Who should know a service: the gateway all but the administration of models. */
  List<ServiceServer> serversOf(String service) {
    return switch (service) {
      case "sluice.embed.v1.EmbedService" -> List.of(gateway, embed);
      case "sluice.rerank.v1.RerankService" -> List.of(gateway, rerank);
      case "sluice.generate.v1.GenerateService" -> List.of(gateway, generate);
      case "sluice.model.v1.ModelAdminService" -> List.of(embed, rerank, generate);
      default -> List.of(gateway);
    };
  }

  /** What still waits or runs, by the gauges of queues and gates; empty when nothing does. */
  List<String> busy() {
    return servers().stream()
        .flatMap(server ->
            IDLE.stream()
                .flatMap(name -> gauges(server, name))
                .filter(gauge -> gauge.value() != 0)
                .map(gauge -> server.name() + " " + gauge.getId() + " = " + gauge.value()))
        .toList();
  }

  private static Stream<Gauge> gauges(ServiceServer server, String name) {
    return server.metrics().registry().find(name).gauges().stream();
  }

  @Override
  public void close() {
    servers().forEach(ServiceServer::close);
    writer.close();
    embedder.close();
  }
}
