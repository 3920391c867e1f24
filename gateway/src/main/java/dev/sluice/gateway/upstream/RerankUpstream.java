package dev.sluice.gateway.upstream;

import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;

/** The rerank-service, as the gateway calls it. Failures are ours. */
public final class RerankUpstream {

  private final Channel channel;
  private final Hedging hedging;

  public RerankUpstream(Channel channel, Hedging hedging) {
    this.channel = channel;
    this.hedging = hedging;
  }

  public Reply<RerankResponse> rerank(RerankRequest request, Deadline deadline) {
    try {
      return hedging.call(
          channel,
          RerankServiceGrpc.getRerankMethod(),
          CallOptions.DEFAULT.withDeadline(deadline),
          request);
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.of("rerank", e);
    }
  }
}
