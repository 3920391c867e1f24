package dev.sluice.gateway.upstream;

import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc.RerankServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;

/** The rerank-service, as the gateway calls it. Failures are ours. */
public final class RerankUpstream {

  private final RerankServiceBlockingStub stub;

  public RerankUpstream(Channel channel) {
    stub = RerankServiceGrpc.newBlockingStub(channel);
  }

  public Reply<RerankResponse> rerank(RerankRequest request, Deadline deadline) {
    Attempts attempts = new Attempts();
    try {
      RerankResponse response =
          stub.withDeadline(deadline).withInterceptors(attempts).rerank(request);
      return new Reply<>(response, attempts.count());
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.of("rerank", e);
    }
  }
}
