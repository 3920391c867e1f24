package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.GroundingServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Opens the channel to a gateway; the caller shuts it down. */
public interface Dialer {

  /**
   * Over the network. A response may be as large as a thousand long passages. What only reads is
   * tried again while a service is away for a moment, as docs/client.md advises: an evaluation of
   * an hour should not end for it.
   */
  Dialer NETWORK =
      (target, credentials) ->
          Grpc.newChannelBuilder(target, credentials)
              .maxInboundMessageSize(256 << 20)
              .defaultServiceConfig(Map.of("methodConfig", List.of(retries())))
              .build();

  /** Opens a channel to {@code host:port}; connects when the first call is made. */
  ManagedChannel dial(String target, ChannelCredentials credentials);

  private static Map<String, ?> retries() {
    List<Map<String, String>> reading =
        Stream.of(
                SearchServiceGrpc.SERVICE_NAME,
                AnswerServiceGrpc.SERVICE_NAME,
                GroundingServiceGrpc.SERVICE_NAME)
            .map(service -> Map.of("service", service))
            .toList();
    return Map.of(
        "name",
        reading,
        "retryPolicy",
        Map.of(
            "maxAttempts",
            4.0,
            "initialBackoff",
            "0.2s",
            "maxBackoff",
            "2s",
            "backoffMultiplier",
            2.0,
            "retryableStatusCodes",
            List.of("UNAVAILABLE")));
  }
}
