package dev.sluice.serving.server;

import dev.sluice.serving.door.Door;
import dev.sluice.serving.logs.LogService;
import dev.sluice.serving.logs.RequestText;
import dev.sluice.serving.metrics.ManagementPage;
import dev.sluice.serving.metrics.ProcessMetrics;
import dev.sluice.serving.network.ArrivingRequests;
import dev.sluice.serving.network.HeldBytes;
import dev.sluice.serving.tls.TlsContext;
import dev.sluice.serving.tracing.Tracing;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server process's gRPC side: our services with health, reflection and channelz, and the
 * management page. Alive from its construction, ready from {@link #serve} on while its conditions
 * hold.
 *
 * <p>{@link #close} drains: not ready, quiet period, no new calls, running calls finish, then what
 * the services own is closed, the last given first, then the page.
 */
public final class ServiceServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceServer.class);

  /** For the first message of a call, which may be large and its network slow. */
  private static final Duration LONGEST_ARRIVAL = Duration.ofMinutes(1);

  private final ServerConfig config;
  private final ProcessMetrics metrics = new ProcessMetrics();
  private final Readiness readiness;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ManagementPage page;
  private final Tracing tracing;
  private final @Nullable TlsContext tls;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final List<Runnable> drains = new ArrayList<>();
  private final ServerAssembly assembly;
  private @Nullable Server server;

  /** Starts the management page; the process is alive, and not ready. */
  public ServiceServer(ServerConfig config) {
    this(config, registry -> Tracing.start(config.tracing(), config.name(), registry));
  }

  /** The same with spans that somebody else takes. */
  public ServiceServer(ServerConfig config, Function<MeterRegistry, Tracing> tracing) {
    this.config = config;
    this.readiness = new Readiness(config.name());
    metrics.readyWhile(readiness::isReady);
    LogService.starts(config.name());
    RequestText.choose(config.requests());
    this.tls =
        config.tls().isOn()
            ? TlsContext.ofServer(config.name(), config.tls().files(), metrics.registry())
            : null;
    try {
      this.page = new ManagementPage(config.managementAddress(), metrics, readiness::isReady);
    } catch (IOException e) {
      throw cannotListen(config.managementAddress(), e);
    }
    this.tracing = tracing.apply(metrics.registry());
    this.assembly = new ServerAssembly(config, metrics, this.tracing, tls);
  }

  public ProcessMetrics metrics() {
    return metrics;
  }

  public Tracing tracing() {
    return tracing;
  }

  /** Hands over what is to be closed after the last call: the last given is closed first. */
  public <C extends AutoCloseable> C own(C resource) {
    owned.addFirst(resource);
    return resource;
  }

  /** The server says that it is not ready while this is false, as it may be at any time. */
  public void readyWhile(BooleanSupplier condition) {
    readiness.require(condition);
  }

  /**
   * Every answer says how busy the server is, for callers that balance over its replicas, and what
   * the call cost.
   *
   * @param utilisation 0 where nothing runs, 1 where more work has to wait, more than 1 where it
   *     does
   */
  public void reportLoad(DoubleSupplier utilisation) {
    assembly.reportLoad(utilisation);
  }

  /** Runs around the calls that look into this server, reflection and channelz. */
  public void guardInspection(ServerInterceptor guard) {
    assembly.guardInspection(guard);
  }

  /** Has another door than a bound decide which calls are let in. */
  public void guard(Door other) {
    assembly.guard(other);
  }

  /** What asks long streams to end, once the server takes no new calls. */
  public void onDrain(Runnable drain) {
    drains.add(drain);
  }

  /**
   * Starts taking calls.
   *
   * @param maxMessageBytes the largest request
   * @param outer run around every call of our services, outermost first
   */
  public void serve(
      int maxMessageBytes, List<ServerInterceptor> outer, List<BindableService> services) {
    serve(maxMessageBytes, outer, services, List.of());
  }

  /**
   * Starts taking calls.
   *
   * @param forwarded services of other processes, whose messages are not looked at here
   */
  public void serve(
      int maxMessageBytes,
      List<ServerInterceptor> outer,
      List<BindableService> services,
      List<ServerServiceDefinition> forwarded) {
    var arriving =
        own(
            new ArrivingRequests(
                config.name(),
                method -> RequestSizes.of(method).orElse(maxMessageBytes),
                HeldBytes.of(maxMessageBytes, Runtime.getRuntime().maxMemory()),
                LONGEST_ARRIVAL));
    var offer =
        new ServerAssembly.Offer(
            maxMessageBytes, outer, services.stream().map(GuardedService::of).toList(), forwarded);
    try {
      server = assembly.build(offer, executor, arriving, readiness.healthService()).start();
    } catch (IOException e) {
      throw cannotListen(config.address(), e);
    }
    readiness.open(offer.names());
    LOG.info("{} ready on {}, management page on port {}", config.name(), address(), page.port());
  }

  private static UncheckedIOException cannotListen(InetSocketAddress address, IOException cause) {
    return new UncheckedIOException(
        "cannot listen on "
            + address.getHostString()
            + ":"
            + address.getPort()
            + " (is another process using it?)",
        cause);
  }

  /** The gRPC port, once it serves. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException(config.name() + " does not serve yet");
    }
    return server.getPort();
  }

  public int managementPort() {
    return page.port();
  }

  /** Host and gRPC port, for clients. */
  public String address() {
    String host = config.host();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  public String name() {
    return config.name();
  }

  /** Waits until the server has stopped. */
  public void awaitTermination() throws InterruptedException {
    if (server != null) {
      server.awaitTermination();
    }
  }

  @Override
  public void close() {
    boolean wasOpen = readiness.isOpen();
    readiness.end();
    if (wasOpen) {
      LockSupport.parkNanos(config.quietPeriod().toNanos());
    }
    stop();
    List<AutoCloseable> last = new ArrayList<>(owned);
    last.add(page);
    if (tls != null) {
      last.add(tls);
    }
    last.add(tracing);
    last.add(metrics);
    executor.shutdown();
    for (AutoCloseable resource : last) {
      closeQuietly(resource);
    }
  }

  private void stop() {
    if (server == null) {
      return;
    }
    server.shutdown();
    drains.forEach(Runnable::run);
    try {
      if (!server.awaitTermination(config.drainTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{}: calls still running after the drain timeout are cut off", config.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.shutdownNow();
  }

  private void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) { // the outermost frame of a shutdown: the rest must still be closed
      LOG.warn("{}: {} did not close", config.name(), resource.getClass().getSimpleName(), e);
    }
  }
}
