package dev.sluice.serving.server;

import dev.sluice.serving.caller.CallReport;
import dev.sluice.serving.door.CallBound;
import dev.sluice.serving.door.Door;
import dev.sluice.serving.door.Entrance;
import dev.sluice.serving.logs.RequestText;
import dev.sluice.serving.metrics.ProcessMetrics;
import dev.sluice.serving.network.ArrivingRequests;
import dev.sluice.serving.network.ConnectionCalls;
import dev.sluice.serving.network.ConnectionLimit;
import dev.sluice.serving.network.Network;
import dev.sluice.serving.tls.TlsContext;
import dev.sluice.serving.tracing.Tracing;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the gRPC server of a process is put together: its port, its services, and what is around. */
final class ServerAssembly {

  /**
   * What a server is for.
   *
   * @param maxMessageBytes the largest request
   * @param outer run around every call of the services, outermost first
   * @param forwarded services of other processes, whose messages are not looked at here
   */
  record Offer(
      int maxMessageBytes,
      List<ServerInterceptor> outer,
      List<ServerServiceDefinition> services,
      List<ServerServiceDefinition> forwarded) {

    List<String> names() {
      return Stream.concat(services.stream(), forwarded.stream())
          .map(ServerAssembly::name)
          .toList();
    }
  }

  private static final int CHANNELZ_PAGE = 100;

  /** Health checks that a connection may have at a time, watches among them. */
  private static final int HEALTH_CALLS = 32;

  private final ServerConfig config;
  private final ProcessMetrics metrics;
  private final Tracing tracing;
  private final @Nullable TlsContext tls;
  private final List<ServerInterceptor> reports = new ArrayList<>();
  private final List<ServerInterceptor> inspection = new ArrayList<>();
  private Door door;

  /**
   * @param tls of its port, which has plain text without
   */
  ServerAssembly(
      ServerConfig config, ProcessMetrics metrics, Tracing tracing, @Nullable TlsContext tls) {
    this.config = config;
    this.metrics = metrics;
    this.tracing = tracing;
    this.tls = tls;
    this.door = new CallBound(config.maxCalls());
  }

  void reportLoad(DoubleSupplier utilisation) {
    var report = new LoadReport(utilisation);
    reports.add(report.sender());
    reports.add(report);
    reports.add(CallReport.sender());
  }

  void guardInspection(ServerInterceptor guard) {
    inspection.add(guard);
  }

  void guard(Door other) {
    door = other;
  }

  /** A server that does not listen yet, and whose calls run on the executor. */
  Server build(Offer offer, Executor executor, ArrivingRequests arriving, BindableService health) {
    var entrance = new Entrance(door, executor);
    NettyServerBuilder builder =
        port(entrance, arriving.counting(door::tenant))
            .maxInboundMessageSize(offer.maxMessageBytes());
    List<ServerInterceptor> around = around();
    inspection(around, arriving).forEach(builder::addService);
    around.add(entrance.refusals());
    around.addAll(offer.outer());
    around.add(arriving);
    around.add(new SingleRequest());
    offer.forwarded().forEach(service -> add(builder, entrance, service, around));
    around.add(new RequestRules());
    offer.services().forEach(service -> add(builder, entrance, service, around));
    addHealth(builder, health, arriving, offer.names());
    return builder.build();
  }

  private static String name(ServerServiceDefinition service) {
    return service.getServiceDescriptor().getName();
  }

  private NettyServerBuilder port(Entrance entrance, ServerStreamTracer.Factory arriving) {
    var connections =
        new ConnectionLimit(config.name(), config.limits().connections(), metrics.registry());
    var plain = Network.on(NettyServerBuilder.forAddress(config.address()), connections);
    NettyServerBuilder builder =
        entrance.before(config.limits().on(plain)).addStreamTracerFactory(arriving);
    if (tls != null) {
      builder.sslContext(tls.context());
    }
    if (config.connectionAge().isPositive()) {
      builder
          .maxConnectionAge(config.connectionAge().toMillis(), TimeUnit.MILLISECONDS)
          .maxConnectionAgeGrace(config.connectionGrace().toMillis(), TimeUnit.MILLISECONDS);
    }
    return builder;
  }

  /** Around all calls but health checks, outermost first. */
  private List<ServerInterceptor> around() {
    List<ServerInterceptor> interceptors = new ArrayList<>();
    tracing.serverSpans().ifPresent(interceptors::add);
    interceptors.add(metrics.serverCalls());
    if (RequestText.isShown()) {
      interceptors.add(new RequestLog());
    }
    interceptors.addAll(reports);
    interceptors.add(new FailureInterceptor());
    config.tls().listed(config.name()).ifPresent(interceptors::add);
    return interceptors;
  }

  /** What looks into this server. */
  private List<ServerServiceDefinition> inspection(
      List<ServerInterceptor> around, ArrivingRequests arriving) {
    List<ServerInterceptor> guards = new ArrayList<>(around);
    guards.addAll(inspection);
    guards.add(arriving);
    guards.add(new SingleRequest());
    return List.of(
        ServerInterceptors.interceptForward(ProtoReflectionServiceV1.newInstance(), guards),
        ServerInterceptors.interceptForward(ChannelzService.newInstance(CHANNELZ_PAGE), guards));
  }

  private void add(
      NettyServerBuilder builder,
      Entrance entrance,
      ServerServiceDefinition service,
      List<ServerInterceptor> around) {
    metrics.expect(service);
    entrance.guard(name(service));
    builder.addService(ServerInterceptors.interceptForward(service, around));
  }

  /** Open to strangers: what one of them can have it keep is small, and little on a connection. */
  private static void addHealth(
      NettyServerBuilder builder,
      BindableService health,
      ArrivingRequests arriving,
      List<String> names) {
    var calls = new ConnectionCalls(HEALTH_CALLS);
    builder
        .addTransportFilter(calls.counting())
        .addService(
            ServerInterceptors.interceptForward(
                health,
                calls,
                new FailureInterceptor(),
                arriving,
                new SingleRequest(),
                new HealthNames(Set.copyOf(names))));
  }
}
