package dev.sluice.bench.batching;

import dev.sluice.embed.EmbedConfig;
import dev.sluice.embed.EmbedServer;
import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceStub;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Arrival;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.inference.fake.Counts;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.type.v1.Priority;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The real embed-service with its defaults; its model server runs batches as they are sent. */
final class SluiceSide implements Side {

  private static final String WORD = "water ";

  /** The model's own tokens around a text. */
  private static final int ADDED = 2;

  private static final int LONGEST = 512;
  private static final String WORDS = WORD.repeat(LONGEST);

  private final FakeInferenceServer model;
  private final ServiceServer service;
  private final ManagedChannel channel;
  private final EmbedServiceStub stub;

  SluiceSide(FakeModel fake, Accelerator accelerator, long seed) {
    model = FakeInferenceServer.start(fake, Device.asSent(accelerator, seed));
    service =
        EmbedServer.start(
            EmbedConfig.read(
                new Settings(
                    Map.of(
                        "SLUICE_EMBED_BACKEND",
                        "inference",
                        "SLUICE_EMBED_TARGETS",
                        model.target(),
                        "SLUICE_EMBED_SLOTS_PER_REPLICA",
                        Integer.toString(accelerator.slots()),
                        "SLUICE_EMBED_PORT",
                        "0",
                        "SLUICE_EMBED_MANAGEMENT_PORT",
                        "0"))));
    channel =
        NettyChannelBuilder.forTarget(service.address()).usePlaintext().directExecutor().build();
    stub = EmbedServiceGrpc.newStub(channel);
    checkTexts();
  }

  /** A text that the model reads as so many tokens. */
  private static String text(int tokens) {
    return WORDS.substring(0, (tokens - ADDED) * WORD.length());
  }

  private void checkTexts() {
    List<Integer> lengths = IntStream.rangeClosed(ADDED, LONGEST).boxed().toList();
    var request =
        CountTokensRequest.newBuilder()
            .addAllTexts(lengths.stream().map(SluiceSide::text).toList())
            .build();
    List<Integer> counts =
        EmbedServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(1, TimeUnit.MINUTES)
            .countTokens(request)
            .getTokenCountsList();
    if (!counts.equals(lengths.stream().map(length -> length - ADDED).toList())) {
      throw new IllegalStateException("'" + WORD + "' is not one token");
    }
  }

  @Override
  public void send(Arrival arrival, long deadline, Consumer<Ending> end) {
    var request =
        EmbedRequest.newBuilder()
            .addAllTexts(arrival.lengths().stream().map(SluiceSide::text).toList())
            .setPriority(arrival.bulk() ? Priority.BULK : Priority.INTERACTIVE);
    stub.withDeadlineAfter(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
        .embed(request.build(), new Answer(end));
  }

  private record Answer(Consumer<Ending> end) implements StreamObserver<EmbedResponse> {
    @Override
    public void onNext(EmbedResponse response) {}

    @Override
    public void onError(Throwable thrown) {
      boolean refused = Status.fromThrowable(thrown).getCode() == Status.Code.RESOURCE_EXHAUSTED;
      end.accept(refused ? Ending.REFUSED : Ending.FAILED);
    }

    @Override
    public void onCompleted() {
      end.accept(Ending.ANSWERED);
    }
  }

  @Override
  public Counts counts() {
    return model.counts();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    service.close();
    model.close();
  }
}
