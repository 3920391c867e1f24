package dev.sluice.standalone.client;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;

/** Opens the channel to a gateway; the caller shuts it down. */
public interface Dialer {

  /** Over the network. A response may be as large as a thousand long passages. */
  Dialer NETWORK =
      (target, credentials) ->
          Grpc.newChannelBuilder(target, credentials).maxInboundMessageSize(256 << 20).build();

  /** Opens a channel to {@code host:port}; connects when the first call is made. */
  ManagedChannel dial(String target, ChannelCredentials credentials);
}
