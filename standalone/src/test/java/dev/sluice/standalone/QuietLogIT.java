package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.Message;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrieverServiceGrpc.RetrieverServiceImplBase;
import dev.sluice.serving.network.FreePort;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls of every kind that carry a word, with a data source and a model that fail and repeat it;
 * and a collector that is not there.
 */
class QuietLogIT {

  private static final String WORD = "zwetschgenkuchen";
  private static final CallerTrace TRACE =
      new CallerTrace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);

  @TempDir private static Path data;
  private static EchoingModelServer model;
  private static Server source;
  private static List<String> lines;
  private static int answered;

  @BeforeAll
  static void flood() throws Exception {
    model = new EchoingModelServer();
    source =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new EchoingSource())
            .build()
            .start();
    try (var logged = new LoggedLines();
        var cluster =
            LocalCluster.start(ClusterConfig.read(environment(), data.resolve("data"), true))) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(cluster.gatewayAddress())
              .usePlaintext()
              .intercept(TRACE.sender())
              .build();
      call(channel);
      channel.shutdownNow();
      lines = logged.lines();
    }
  }

  private static Map<String, String> environment() throws IOException {
    return Map.of(
        "SLUICE_GENERATE_BACKEND",
        "openai",
        "SLUICE_GENERATE_TARGETS",
        model.base(),
        "SLUICE_GENERATE_MODEL_NAME",
        EchoingModelServer.MODEL,
        "SLUICE_GATEWAY_DATA_SOURCES",
        "wiki",
        "SLUICE_GATEWAY_DATA_SOURCE_WIKI_TARGET",
        "127.0.0.1:" + source.getPort(),
        "SLUICE_TRACES_ENDPOINT",
        "http://127.0.0.1:" + FreePort.any());
  }

  @AfterAll
  static void stop() {
    source.shutdownNow();
    model.close();
  }

  private static final class EchoingSource extends RetrieverServiceImplBase {
    @Override
    public void retrieve(RetrieveRequest request, StreamObserver<RetrieveResponse> response) {
      response.onError(
          Status.INTERNAL.withDescription("no " + request.getQuery()).asRuntimeException());
    }
  }

  private static void call(ManagedChannel channel) throws Exception {
    var _ =
        CollectionServiceGrpc.newBlockingStub(channel)
            .createCollection(CreateCollectionRequest.newBuilder().setCollection("cakes").build());
    store(channel, Document.newBuilder().setId(WORD).setTitle(WORD).setText("Eat " + WORD));
    store(channel, Document.newBuilder().setId("empty " + WORD)); // refused
    for (String filter : List.of("", WORD + " === (", "metadata." + WORD + " == 1 && '" + WORD)) {
      attempt(() -> search(channel, filter));
    }
    attempt(() ->
        SearchServiceGrpc.newBlockingStub(channel)
            .search(SearchRequest.newBuilder().setDataSource("wiki").setQuery(WORD).build()));
    attempt(() ->
        EmbedServiceGrpc.newBlockingStub(channel)
            .embed(EmbedRequest.newBuilder().addTexts(WORD).build()));
    attempt(() ->
        EmbedServiceGrpc.newBlockingStub(channel)
            .embed(EmbedRequest.newBuilder().addTexts(WORD).setModel(WORD).build()));
    attempt(() ->
        RerankServiceGrpc.newBlockingStub(channel)
            .rerank(
                RerankRequest.newBuilder()
                    .setQuery(WORD)
                    .addDocuments(RerankDocument.newBuilder().setText(WORD))
                    .build()));
    attempt(() -> generate(channel));
    attempt(() -> answer(channel));
  }

  private static void attempt(Runnable call) {
    try {
      call.run();
      answered++;
    } catch (StatusRuntimeException e) {
      // most are meant to fail
    }
  }

  private static void search(ManagedChannel channel, String filter) {
    var _ =
        SearchServiceGrpc.newBlockingStub(channel)
            .search(
                SearchRequest.newBuilder()
                    .setCollection("cakes")
                    .setQuery(WORD)
                    .setFilter(filter)
                    .build());
  }

  private static Message question() {
    return Message.newBuilder().setRole(Message.Role.USER).setContent("What is " + WORD).build();
  }

  private static void generate(ManagedChannel channel) {
    GenerateServiceGrpc.newBlockingStub(channel)
        .generate(GenerateRequest.newBuilder().addMessages(question()).build())
        .forEachRemaining(event -> {});
  }

  private static void answer(ManagedChannel channel) {
    var _ =
        AnswerServiceGrpc.newBlockingStub(channel)
            .answer(
                AnswerRequest.newBuilder().setCollection("cakes").addMessages(question()).build());
  }

  private static void store(ManagedChannel channel, Document.Builder document) throws Exception {
    var acknowledged = new CompletableFuture<UpsertDocumentsResponse>();
    var requests =
        DocumentServiceGrpc.newStub(channel)
            .upsertDocuments(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UpsertDocumentsResponse response) {
                    acknowledged.complete(response);
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    acknowledged.complete(UpsertDocumentsResponse.getDefaultInstance());
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        UpsertDocumentsRequest.newBuilder().setCollection("cakes").setDocument(document).build());
    requests.onCompleted();
    acknowledged.get(1, TimeUnit.MINUTES);
  }

  @Test
  void noLineHoldsWhatCallersSent() {
    assertThat(lines).isNotEmpty().noneMatch(line -> line.contains(WORD));
  }

  @Test
  void whatFailedIsLoggedAllTheSame() {
    assertThat(lines).anyMatch(line -> line.contains("data source wiki answered INTERNAL"));
    assertThat(lines).anyMatch(line -> line.contains("answered 500"));
  }

  @Test
  void aLineThatIsWrittenForACallHasItsTraceAndItsService() throws IOException {
    String line =
        lines.stream().filter(each -> each.contains("answered 500")).findFirst().orElseThrow();
    JsonNode fields = new ObjectMapper().readTree(line);
    assertThat(fields.get("trace_id").asText()).isEqualTo(TRACE.traceId());
    assertThat(fields.get("service").asText()).isEqualTo("sluice-generate");
    assertThat(fields.get("level").asText()).isEqualTo("WARN");
    assertThat(fields.has("span_id")).isTrue();
  }

  @Test
  void aModelServerOfAnotherKindGetsTheTraceToo() {
    assertThat(model.traceparents())
        .isNotEmpty()
        .allMatch(header -> header.startsWith("00-" + TRACE.traceId() + "-"));
  }

  @Test
  void callsAreAnsweredWhileTheCollectorIsAway() {
    assertThat(answered).isGreaterThanOrEqualTo(3);
  }
}
