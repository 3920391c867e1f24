package dev.sluice.serving.tls;

import dev.sluice.serving.config.ConfigurationException;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;

/** What the connections of channels to one kind of servers are made with. Owns what that needs. */
public final class ChannelSecurity implements AutoCloseable {

  /** Plain text, on this machine. */
  public static final ChannelSecurity NONE = new ChannelSecurity(ChannelTls.NONE, Optional.empty());

  private final ChannelTls tls;
  private final Optional<TlsContext> context;

  private ChannelSecurity(ChannelTls tls, Optional<TlsContext> context) {
    this.tls = tls;
    this.context = context;
  }

  /**
   * Reads the files, and goes on looking at them.
   *
   * @param use of a closed set, in logs and metrics: whom the channels lead to
   */
  public static ChannelSecurity open(String use, ChannelTls tls, MeterRegistry registry) {
    return new ChannelSecurity(
        tls, tls.files().map(files -> TlsContext.ofChannels(use, files, registry)));
  }

  /**
   * Returns where the targets may be called so.
   *
   * @param key that they were read from
   * @throws ConfigurationException when they are elsewhere and would be called in plain text
   */
  public void require(String key, List<String> targets) {
    tls.refusal(key, targets)
        .ifPresent(problem -> {
          throw new ConfigurationException(List.of(problem));
        });
  }

  /** Secures the connections of a channel. */
  public NettyChannelBuilder on(NettyChannelBuilder channel) {
    if (context.isEmpty()) {
      return channel.usePlaintext();
    }
    if (!tls.name().isEmpty()) {
      channel.overrideAuthority(tls.name());
    }
    return channel.sslContext(context.get().context());
  }

  @Override
  public void close() {
    context.ifPresent(TlsContext::close);
  }
}
