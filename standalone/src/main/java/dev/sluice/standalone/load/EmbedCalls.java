package dev.sluice.standalone.load;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedRequest.Truncate;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.standalone.client.Gateway;
import io.grpc.Deadline;
import java.util.List;

/** Embeds one query a call, through the gateway. */
public record EmbedCalls() implements LoadCall {

  @Override
  public LoadResponse call(Gateway gateway, String text, Deadline deadline) {
    EmbedRequest request =
        EmbedRequest.newBuilder()
            .addTexts(text)
            .setInputType(InputType.SEARCH_QUERY)
            .setTruncate(Truncate.END)
            .build();
    EmbedResponse response =
        EmbedServiceGrpc.newBlockingStub(gateway.channel()).withDeadline(deadline).embed(request);
    return new LoadResponse(List.of(response.getStageReport()), List.of());
  }
}
