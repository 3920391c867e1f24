package dev.sluice.bench;

import com.google.common.collect.Lists;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sluice.embed.EmbedConfig;
import dev.sluice.embed.EmbedServer;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedRequest.Truncate;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.type.v1.Priority;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** An embed-service of its own in this process, called over loopback. Owns server and channel. */
final class ServedModel implements AutoCloseable {

  private static final int TEXTS_A_CALL = 32;
  private static final int CALLS_IN_FLIGHT = 8;

  /**
   * Somebody who waits for all of it: without, a call is taken for one whose caller soon leaves.
   */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final ServiceServer server;
  private final ManagedChannel channel;

  ServedModel(Path model) {
    server =
        EmbedServer.start(
            EmbedConfig.read(
                new Settings(
                    Map.of(
                        "SLUICE_EMBED_PORT",
                        "0",
                        "SLUICE_EMBED_MANAGEMENT_PORT",
                        "0",
                        "SLUICE_EMBED_MODEL_DIRECTORY",
                        model.toString()))));
    channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  /** Seconds for all texts, sent in this order by a client with several calls in flight. */
  double seconds(List<String> texts) throws Exception {
    var stub = EmbedServiceGrpc.newFutureStub(channel);
    var inFlight = new Semaphore(CALLS_IN_FLIGHT);
    List<ListenableFuture<EmbedResponse>> answers = new ArrayList<>();
    long start = System.nanoTime();
    for (List<String> some : Lists.partition(texts, TEXTS_A_CALL)) {
      inFlight.acquire();
      var answer =
          stub.withDeadlineAfter(LONGEST).embed(request(some).setPriority(Priority.BULK).build());
      answer.addListener(inFlight::release, MoreExecutors.directExecutor());
      answers.add(answer);
    }
    Futures.allAsList(answers).get();
    return (System.nanoTime() - start) / 1e9;
  }

  private static EmbedRequest.Builder request(List<String> texts) {
    return EmbedRequest.newBuilder()
        .addAllTexts(texts)
        .setInputType(InputType.SEARCH_DOCUMENT)
        .setTruncate(Truncate.END);
  }

  void embed(String text) {
    var _ = EmbedServiceGrpc.newBlockingStub(channel).embed(request(List.of(text)).build());
  }

  /** A call that computes nothing. */
  void echo() {
    var _ =
        EmbedServiceGrpc.newBlockingStub(channel)
            .getEmbedModel(GetEmbedModelRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }
}
