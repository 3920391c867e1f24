package dev.sluice.gateway.upstream;

import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.function.Function;

/** The embed-service, as the gateway calls it. Failures are ours. */
public final class EmbedUpstream {

  private final EmbedServiceBlockingStub stub;
  private final Hedging hedging;

  /**
   * @param hedging of interactive requests
   */
  public EmbedUpstream(Channel channel, Hedging hedging) {
    this.stub = EmbedServiceGrpc.newBlockingStub(channel);
    this.hedging = hedging;
  }

  public Reply<EmbedResponse> embed(EmbedRequest request, Deadline deadline) {
    Caller caller = Caller.current().withPriority(request.getPriority());
    return caller.priority() == Priority.BULK
        ? call(deadline, ready -> ready.embed(request))
        : hedged(request, deadline);
  }

  private Reply<EmbedResponse> hedged(EmbedRequest request, Deadline deadline) {
    try {
      return hedging.call(
          stub.getChannel(),
          EmbedServiceGrpc.getEmbedMethod(),
          stub.getCallOptions().withDeadline(deadline),
          request);
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.of("embed", e);
    }
  }

  /** Token counts of texts, without those that the model adds. */
  public List<Integer> countTokens(List<String> texts, Deadline deadline) {
    var request = CountTokensRequest.newBuilder().addAllTexts(texts).build();
    return call(deadline, ready -> ready.countTokens(request)).response().getTokenCountsList();
  }

  public EmbedModelInfo model(Deadline deadline) {
    return call(deadline, ready -> ready.getEmbedModel(GetEmbedModelRequest.getDefaultInstance()))
        .response();
  }

  private <R> Reply<R> call(Deadline deadline, Function<EmbedServiceBlockingStub, R> call) {
    AttemptCounter attempts = new AttemptCounter();
    try {
      R response = call.apply(stub.withDeadline(deadline).withInterceptors(attempts));
      return new Reply<>(response, attempts.count());
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.of("embed", e);
    }
  }
}
