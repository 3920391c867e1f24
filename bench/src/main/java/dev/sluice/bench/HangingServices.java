package dev.sluice.bench;

import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.CountTokensResponse;
import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceImplBase;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * An embed-service that counts tokens and a generate-service, on one port; they embed and generate
 * for ever. They tell when a call has come, and when they see it cancelled, in {@code
 * System.nanoTime}.
 */
final class HangingServices implements AutoCloseable {

  private static final int DIMENSION = 8;

  final BlockingQueue<Long> arrived = new ArrayBlockingQueue<>(100);
  final BlockingQueue<Long> cancelled = new ArrayBlockingQueue<>(100);
  private final Server server;

  HangingServices() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Embed())
            .addService(new Generate())
            .build()
            .start();
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  private void hang(StreamObserver<?> response) {
    ((ServerCallStreamObserver<?>) response)
        .setOnCancelHandler(() -> cancelled.add(System.nanoTime()));
    arrived.add(System.nanoTime());
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      hang(response);
    }

    @Override
    public void countTokens(
        CountTokensRequest request, StreamObserver<CountTokensResponse> response) {
      response.onNext(
          CountTokensResponse.newBuilder()
              .addAllTokenCounts(Collections.nCopies(request.getTextsCount(), 5))
              .build());
      response.onCompleted();
    }

    @Override
    public void getEmbedModel(
        GetEmbedModelRequest request, StreamObserver<EmbedModelInfo> response) {
      response.onNext(
          EmbedModelInfo.newBuilder()
              .setModel("none")
              .setModelFingerprint("none")
              .setDimension(DIMENSION)
              .setMaxTokens(512)
              .build());
      response.onCompleted();
    }
  }

  private final class Generate extends GenerateServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
      hang(events);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
