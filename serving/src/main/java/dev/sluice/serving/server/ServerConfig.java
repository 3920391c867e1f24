package dev.sluice.serving.server;

import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.logs.RequestText;
import dev.sluice.serving.network.TransportLimits;
import dev.sluice.serving.tls.ServerTls;
import dev.sluice.serving.tracing.TracingConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/**
 * What every server here is configured with.
 *
 * @param name the service's name, as "embed"
 * @param host the address to listen on
 * @param port 0 picks a free one
 * @param managementPort 0 picks a free one
 * @param quietPeriod how long a stopping server goes on taking calls after it said that it stops
 * @param drainTimeout how long running calls may take to finish after that
 * @param connectionAge how old a connection gets before its client is asked to connect anew, so
 *     that new replicas get load; zero: any age
 * @param connectionGrace how long its calls may take to finish after that
 * @param tls how the port is secured
 * @param limits what clients may ask of the port
 * @param maxCalls the most calls that it has in work at once
 * @param deadlines defaults for calls without a deadline
 * @param tracing where spans are sent, the same for all servers
 * @param requests whether their text stands in the log, the same for all servers
 */
public record ServerConfig(
    String name,
    String host,
    int port,
    int managementPort,
    Duration quietPeriod,
    Duration drainTimeout,
    Duration connectionAge,
    Duration connectionGrace,
    ServerTls tls,
    TransportLimits limits,
    int maxCalls,
    Deadlines deadlines,
    TracingConfig tracing,
    RequestText.Logged requests) {

  private static final int MANAGEMENT_OFFSET = 100;

  private static final int MOST_CALLS = 2000;

  private static final Duration AGE = Duration.ofMinutes(30);

  /** Reads {@code SLUICE_<NAME>_…} of a service, which the gateway calls. */
  public static ServerConfig read(Settings settings, String name, int defaultPort) {
    String prefix = prefix(name);
    var limits = TransportLimits.read(settings, prefix, TransportLimits.OF_SERVICES);
    ServerConfig read = read(settings, name, defaultPort, AGE, limits);
    read.tls().checkIsMutual(settings, name, prefix);
    return read;
  }

  /**
   * Reads {@code SLUICE_<NAME>_…} of a server that anybody may call.
   *
   * @param defaultAge of connections
   */
  public static ServerConfig read(
      Settings settings, String name, int defaultPort, Duration defaultAge) {
    var limits = TransportLimits.read(settings, prefix(name), TransportLimits.OF_CALLERS);
    return read(settings, name, defaultPort, defaultAge, limits);
  }

  private static String prefix(String name) {
    return "SLUICE_" + name.toUpperCase(Locale.ROOT) + "_";
  }

  private static ServerConfig read(
      Settings settings,
      String name,
      int defaultPort,
      Duration defaultAge,
      TransportLimits limits) {
    String prefix = prefix(name);
    String host =
        settings.text(
            prefix + "HOST",
            "127.0.0.1",
            "Address that the "
                + name
                + " server listens on; beyond loopback it needs TLS or SLUICE_ALLOW_PLAINTEXT.");
    int port =
        settings.integer(
            prefix + "PORT",
            defaultPort,
            0,
            65535,
            "gRPC port of the " + name + " server; 0 picks a free one.");
    return new ServerConfig(
        name,
        host,
        port,
        settings.integer(
            prefix + "MANAGEMENT_PORT",
            defaultPort + MANAGEMENT_OFFSET,
            0,
            65535,
            "HTTP port of its management page (/metrics, /healthz, /readyz); 0 picks a free one."),
        settings.duration(
            prefix + "QUIET_PERIOD",
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMinutes(5),
            "How long it goes on taking calls after it said that it stops, so that callers can turn"
                + " away."),
        settings.duration(
            prefix + "DRAIN_TIMEOUT",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofHours(1),
            "How long running calls may take to finish when it stops."),
        settings.duration(
            prefix + "CONNECTION_AGE",
            defaultAge,
            Duration.ZERO,
            Duration.ofDays(7),
            "Age at which a connection is to be made anew, so that new replicas get load; 0ms:"
                + " never."),
        settings.duration(
            prefix + "CONNECTION_GRACE",
            Duration.ofMinutes(5),
            Duration.ZERO,
            Duration.ofDays(7),
            "How long the calls on such a connection may take to finish."),
        ServerTls.read(settings, name, prefix, host),
        limits,
        settings.integer(
            prefix + "MAX_CALLS",
            MOST_CALLS,
            1,
            1_000_000,
            "The most calls, streams among them, that it has in work at once; more are refused with"
                + " RESOURCE_EXHAUSTED before their messages are read."),
        new Deadlines(
            settings.duration(
                prefix + "INTERACTIVE_DEADLINE",
                Duration.ofSeconds(10),
                Duration.ofMillis(1),
                Duration.ofHours(1),
                "Deadline of an interactive call that came without one."),
            settings.duration(
                prefix + "BULK_DEADLINE",
                Duration.ofMinutes(10),
                Duration.ofMillis(1),
                Duration.ofHours(24),
                "Deadline of a bulk call that came without one.")),
        TracingConfig.read(settings),
        RequestText.read(settings));
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  InetSocketAddress managementAddress() {
    return new InetSocketAddress(host, managementPort);
  }
}
