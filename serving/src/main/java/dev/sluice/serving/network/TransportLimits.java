package dev.sluice.serving.network;

import dev.sluice.serving.config.Settings;
import io.grpc.netty.NettyServerBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What clients may ask of a server below the level of calls.
 *
 * @param connections open at a time, of all clients
 * @param streams calls at a time on a connection
 * @param headerBytes of a call's metadata
 * @param resetsPerSecond calls that a connection may cancel
 * @param idle after which a connection without calls is closed
 */
public record TransportLimits(
    int connections, int streams, int headerBytes, int resetsPerSecond, Duration idle) {

  /** Of a server that anybody calls, each over a few connections. */
  public static final TransportLimits OF_CALLERS =
      new TransportLimits(2000, 1000, 16 << 10, 1000, Duration.ofMinutes(15));

  /** Of one whose caller is the gateway, with the calls and cancellations of all its callers. */
  public static final TransportLimits OF_SERVICES =
      new TransportLimits(1000, 20_000, 16 << 10, 20_000, Duration.ofMinutes(15));

  /** Between the connection and the first frame of HTTP/2, TLS included. */
  private static final long HANDSHAKE_SECONDS = 10;

  /** Half of the shortest time that a gRPC client may choose. */
  private static final long PING_SECONDS = 5;

  /** Who has gone without a word is found out. */
  private static final long KEEP_ALIVE_SECONDS = 60;

  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 20;

  /** Resets come in bursts, as deadlines do. */
  private static final int RESET_WINDOW_SECONDS = 10;

  /** Reads {@code <prefix>MAX_…} and {@code <prefix>CONNECTION_IDLE}. */
  public static TransportLimits read(Settings settings, String prefix, TransportLimits fallback) {
    return new TransportLimits(
        settings.integer(
            prefix + "MAX_CONNECTIONS",
            fallback.connections,
            1,
            1_000_000,
            "Connections that may be open at a time; one more is closed at once."),
        settings.integer(
            prefix + "MAX_CONCURRENT_STREAMS",
            fallback.streams,
            1,
            1_000_000,
            "Calls that may run at a time on one connection; well-behaved clients wait."),
        settings.integer(
                prefix + "MAX_HEADER_KIB",
                fallback.headerBytes >> 10,
                1,
                1024,
                "The largest metadata of a call, in KiB.")
            << 10,
        settings.integer(
            prefix + "MAX_RESETS_PER_SECOND",
            fallback.resetsPerSecond,
            1,
            1_000_000,
            "Calls that one connection may cancel per second, over ten seconds; a connection that"
                + " cancels more is closed."),
        settings.duration(
            prefix + "CONNECTION_IDLE",
            fallback.idle,
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "After which a connection without calls is closed; clients make it anew."));
  }

  /** The server, held to these. */
  public NettyServerBuilder on(NettyServerBuilder server) {
    var calls = new ConnectionCalls(2 * streams);
    return server
        .addTransportFilter(calls.counting())
        .intercept(calls)
        .maxConcurrentCallsPerConnection(streams)
        .maxInboundMetadataSize(headerBytes)
        .maxRstFramesPerWindow(resetsInWindow(), RESET_WINDOW_SECONDS)
        .maxConnectionIdle(idle.toMillis(), TimeUnit.MILLISECONDS)
        .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private int resetsInWindow() {
    return resetsPerSecond * RESET_WINDOW_SECONDS;
  }
}
