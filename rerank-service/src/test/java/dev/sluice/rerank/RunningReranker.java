package dev.sluice.rerank;

import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc.RerankServiceBlockingStub;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A rerank-service on free ports of this machine, and a channel to it. */
final class RunningReranker implements AutoCloseable {

  private final ServiceServer server;
  private final ManagedChannel channel;

  /** Settings beside the ports. */
  RunningReranker(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("SLUICE_RERANK_PORT", "0");
    all.put("SLUICE_RERANK_MANAGEMENT_PORT", "0");
    server = RerankServer.start(RerankConfig.read(new Settings(all)));
    channel =
        NettyChannelBuilder.forTarget(server.address())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  int managementPort() {
    return server.managementPort();
  }

  /** Calls that its door lets in at once. */
  double doorLimit() {
    return server
        .metrics()
        .registry()
        .get("sluice.door.limit")
        .tag("service", RerankServiceGrpc.SERVICE_NAME)
        .gauge()
        .value();
  }

  RerankServiceBlockingStub stub() {
    return RerankServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  RerankServiceGrpc.RerankServiceFutureStub futureStub() {
    return RerankServiceGrpc.newFutureStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  RerankResponse rerank(RerankRequest.Builder request) {
    return stub().rerank(request.build());
  }

  /** Documents named d0, d1 and so on. */
  static RerankRequest.Builder request(String query, List<String> texts) {
    RerankRequest.Builder request = RerankRequest.newBuilder().setQuery(query);
    for (int i = 0; i < texts.size(); i++) {
      request.addDocuments(RerankDocument.newBuilder().setId("d" + i).setText(texts.get(i)));
    }
    return request;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }
}
