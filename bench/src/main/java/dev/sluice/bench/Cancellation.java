package dev.sluice.bench;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.gateway.GatewayServer;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How long after a caller's cancellation the service that works for it sees its own call cancelled,
 * through the gateway and over real sockets.
 */
final class Cancellation implements Benchmark {

  private static final int WARM_UP = 200;
  private static final int CALLS = 1000;
  private static final int PATIENCE_SECONDS = 10;

  @Override
  public String name() {
    return "cancellation";
  }

  @Override
  public String measures() {
    return "from a caller's cancellation to the service's, through the gateway";
  }

  @Override
  public String takes() {
    return "half a minute";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    Path data = Files.createTempDirectory("sluice-cancellation");
    try (HangingServices services = new HangingServices();
        ServiceServer gateway = GatewayServer.start(config(data, services))) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(gateway.address()).usePlaintext().build();
      var _ =
          CollectionServiceGrpc.newBlockingStub(channel)
              .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());
      List<Row> rows =
          List.of(
              row("embed in a search", () -> search(channel), services),
              row("generate in an answer", () -> answer(channel), services),
              row("embed passed through", () -> embed(channel), services));
      channel.shutdownNow();
      return rows;
    }
  }

  private static GatewayConfig config(Path data, HangingServices services) {
    Settings settings =
        new Settings(
            Map.of(
                "SLUICE_GATEWAY_PORT", "0",
                "SLUICE_GATEWAY_MANAGEMENT_PORT", "0",
                "SLUICE_GATEWAY_QUIET_PERIOD", "0s",
                "SLUICE_DATA", data.toString()));
    String target = services.target();
    return GatewayConfig.read(settings).with(new UpstreamConfig(target, target, target));
  }

  private Row row(String stage, Runnable call, HangingServices services) throws Exception {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < WARM_UP + CALLS; i++) {
      long took = once(call, services);
      if (i >= WARM_UP) {
        nanos.add(took);
      }
    }
    System.err.println(stage + " done");
    double[] millis = nanos.stream().mapToDouble(each -> each / 1e6).sorted().toArray();
    return Row.of(
        name(),
        "stage",
        stage,
        "calls",
        CALLS,
        "p50 ms",
        millis[CALLS / 2],
        "p99 ms",
        millis[CALLS * 99 / 100],
        "worst ms",
        Arrays.stream(millis).max().orElseThrow(),
        "target",
        "≤ 50");
  }

  private static long once(Runnable call, HangingServices services) throws Exception {
    Context.CancellableContext caller = Context.ROOT.withCancellation();
    caller.run(call);
    var _ = next(services.arrived);
    long cancelled = System.nanoTime();
    caller.cancel(null);
    return next(services.cancelled) - cancelled;
  }

  private static long next(BlockingQueue<Long> times) throws Exception {
    Long time = times.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (time == null) {
      throw new IOException("the service saw nothing in " + PATIENCE_SECONDS + " s");
    }
    return time;
  }

  private static void search(Channel channel) {
    SearchRequest request =
        SearchRequest.newBuilder()
            .setCollection("c")
            .setQuery("gates")
            .setMode(RetrievalMode.DENSE)
            .build();
    SearchServiceGrpc.newStub(channel).search(request, new Nobody<>());
  }

  private static void answer(Channel channel) {
    AnswerRequest request =
        AnswerRequest.newBuilder()
            .addDocuments(Document.newBuilder().setId("d").setText("Gates control water."))
            .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent("gates"))
            .putStagePolicies("rerank", StagePolicy.OFF)
            .build();
    AnswerServiceGrpc.newStub(channel).streamAnswer(request, new Nobody<>());
  }

  private static void embed(Channel channel) {
    EmbedServiceGrpc.newStub(channel)
        .embed(EmbedRequest.newBuilder().addTexts("gates").build(), new Nobody<>());
  }

  /** A caller that goes away and looks at nothing. */
  private static final class Nobody<R> implements StreamObserver<R> {
    @Override
    public void onNext(R response) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
