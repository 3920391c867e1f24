package dev.sluice.serving.network;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The most connections that a server has open at a time. One more is closed as it is accepted,
 * before it costs a handshake or memory; those that stand go on.
 */
@Sharable
public final class ConnectionLimit extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

  private final String server;
  private final int most;
  private final Counter refused;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean told = new AtomicBoolean();

  public ConnectionLimit(String server, int most, MeterRegistry registry) {
    this.server = server;
    this.most = most;
    this.refused =
        Counter.builder("sluice.connections.refused")
            .description("Connections closed at once, since there were too many")
            .register(registry);
    Gauge.builder("sluice.connections", open, AtomicInteger::get)
        .description("Connections of clients that are open")
        .strongReference(true)
        .register(registry);
  }

  /** Sees each connection as the server accepts it. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (accepted instanceof Channel connection && open.incrementAndGet() > most) {
      open.decrementAndGet();
      refuse(connection);
      return;
    }
    if (accepted instanceof Channel connection) {
      var _ = connection.closeFuture().addListener(_ -> ended());
    }
    context.fireChannelRead(accepted);
  }

  private void refuse(Channel connection) {
    connection.unsafe().closeForcibly();
    refused.increment();
    if (told.compareAndSet(false, true)) {
      LOG.warn("{}: {} connections are open, more are refused", server, most);
    }
  }

  /** Tells again of a limit that was reached anew. */
  private void ended() {
    if (open.decrementAndGet() < most / 2) {
      told.set(false);
    }
  }
}
