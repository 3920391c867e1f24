package dev.sluice.standalone;

import dev.sluice.embed.EmbedServer;
import dev.sluice.gateway.GatewayServer;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.generate.GenerateServer;
import dev.sluice.rerank.RerankServer;
import dev.sluice.serving.server.ServiceServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The four servers in this JVM, each on a port of its own, talking over loopback gRPC. Owns them,
 * and stops the gateway before what stands behind it.
 */
final class LocalCluster implements RunningCluster {

  private final ServiceServer gateway;
  private final List<ServiceServer> services;

  private LocalCluster(ServiceServer gateway, List<ServiceServer> services) {
    this.gateway = gateway;
    this.services = services;
  }

  static LocalCluster start(ClusterConfig config) {
    List<CompletableFuture<ServiceServer>> starting =
        List.of(
            soon(() -> EmbedServer.start(config.embed())),
            soon(() -> RerankServer.start(config.rerank())),
            soon(() -> GenerateServer.start(config.generate())));
    List<ServiceServer> started = new ArrayList<>();
    try {
      starting.forEach(server -> started.add(server.join()));
      var upstreams =
          new UpstreamConfig(
              started.get(0).address(), started.get(1).address(), started.get(2).address());
      return new LocalCluster(
          GatewayServer.start(config.gateway().with(upstreams)), List.copyOf(started));
    } catch (RuntimeException e) {
      starting.forEach(LocalCluster::closeWhenStarted);
      throw e instanceof CompletionException wrapped
              && wrapped.getCause() instanceof RuntimeException cause
          ? cause
          : e;
    }
  }

  private static CompletableFuture<ServiceServer> soon(Supplier<ServiceServer> start) {
    return CompletableFuture.supplyAsync(start, task -> Thread.ofPlatform().start(task));
  }

  private static void closeWhenStarted(CompletableFuture<ServiceServer> starting) {
    ServiceServer server = starting.exceptionally(failed -> null).join();
    if (server != null) {
      server.close();
    }
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
