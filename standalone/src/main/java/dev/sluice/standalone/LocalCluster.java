package dev.sluice.standalone;

import dev.sluice.embed.EmbedServer;
import dev.sluice.gateway.GatewayServer;
import dev.sluice.gateway.access.AccessConfig;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.generate.GenerateServer;
import dev.sluice.rerank.RerankServer;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.server.ServiceServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The four servers in this JVM, each on a port of its own, talking over loopback gRPC. Owns them,
 * and stops the gateway before what stands behind it.
 */
final class LocalCluster implements RunningCluster {

  private final ServiceServer gateway;
  private final List<ServiceServer> services;

  private final AccessConfig access;

  private LocalCluster(ServiceServer gateway, List<ServiceServer> services, AccessConfig access) {
    this.gateway = gateway;
    this.services = services;
    this.access = access;
  }

  static LocalCluster start(ClusterConfig config) {
    List<ServiceServer> services =
        startAll(
            List.of(
                () -> EmbedServer.start(config.embed()),
                () -> RerankServer.start(config.rerank()),
                () -> GenerateServer.start(config.generate())));
    try {
      var upstreams =
          new UpstreamConfig(
              services.get(0).address(), services.get(1).address(), services.get(2).address());
      return new LocalCluster(
          GatewayServer.start(config.gateway().with(upstreams)),
          services,
          config.gateway().access());
    } catch (RuntimeException e) {
      services.forEach(ServiceServer::close);
      throw e;
    }
  }

  /** Starts servers side by side. The first that fails stops the others, also one that waits. */
  private static List<ServiceServer> startAll(List<Callable<ServiceServer>> starts) {
    List<Future<ServiceServer>> starting = new ArrayList<>();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var ended = new ExecutorCompletionService<ServiceServer>(threads);
      starts.forEach(start -> starting.add(ended.submit(start)));
      try {
        for (int i = 0; i < starts.size(); i++) {
          ended.take().get();
        }
      } finally {
        threads.shutdownNow(); // interrupts those that have not ended
      }
    } catch (ExecutionException e) {
      closeStarted(starting);
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closeStarted(starting);
      throw new Failure.Cancelled();
    }
    return starting.stream().map(Future::resultNow).toList();
  }

  private static void closeStarted(List<Future<ServiceServer>> starting) {
    starting.stream()
        .filter(server -> server.state() == Future.State.SUCCESS)
        .forEach(server -> server.resultNow().close());
  }

  @Override
  public String gatewayAddress() {
    return gateway.address();
  }

  @Override
  public List<String> serverLines() {
    List<ServiceServer> servers = new ArrayList<>();
    servers.add(gateway);
    servers.addAll(services);
    return servers.stream().map(LocalCluster::line).toList();
  }

  @Override
  public String accessLine() {
    String key =
        access
            .keysFile()
            .map(file -> "sluice key create --file " + file + " --name … --permissions … > my.key")
            .orElse("the issuer of tokens, " + access.tokens().issuer());
    return access.on()
        ? "callers need a key or a token, by --api-key-file or SLUICE_API_KEY_FILE; from: " + key
        : "";
  }

  private static String line(ServiceServer server) {
    return "%-9s gRPC %s, management http://%s:%d"
        .formatted(
            server.name(),
            server.address(),
            server.address().substring(0, server.address().lastIndexOf(':')),
            server.managementPort());
  }

  @Override
  public void awaitTermination() throws InterruptedException {
    gateway.awaitTermination();
  }

  @Override
  public void close() {
    gateway.close();
    services.forEach(ServiceServer::close);
  }
}
