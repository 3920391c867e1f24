package dev.sluice.gateway.upstream;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * What a channel's connections are made with.
 *
 * @param context empty: plain text
 * @param name that certificates must have; empty: the target's
 */
record ChannelSecurity(Optional<SslContext> context, String name) {

  /** Plain text. */
  static final ChannelSecurity NONE = new ChannelSecurity(Optional.empty(), "");

  NettyChannelBuilder on(NettyChannelBuilder channel) {
    if (context.isEmpty()) {
      return channel.usePlaintext();
    }
    if (!name.isEmpty()) {
      channel.overrideAuthority(name);
    }
    return channel.sslContext(context.get());
  }
}
