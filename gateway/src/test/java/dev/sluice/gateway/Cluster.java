package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.AnswerServiceGrpc.AnswerServiceBlockingStub;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc.SearchServiceBlockingStub;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway on real sockets before scripted services, with a fallback model, a rewriting model, the
 * data source "wiki" and the collection "c" of a few documents.
 */
final class Cluster implements AutoCloseable {

  static final String GATES = "😀 Sluice gates control water. They open slowly. The river is wide.";
  static final List<Document> DOCUMENTS =
      List.of(document("gates", GATES), document("cats", "Cats sleep all day. Cats purr."));

  private static final int PATIENCE_SECONDS = 30;

  final ScriptedServices services = new ScriptedServices();
  final Measured measured;
  final ServiceServer server;
  final ManagedChannel channel;

  /**
   * @param data an empty directory
   */
  static Cluster start(Path data) {
    return start(data, Map.of());
  }

  /**
   * @param settings beyond those of every cluster, or in their place
   */
  static Cluster start(Path data, Map<String, String> settings) {
    Cluster cluster = new Cluster(data, settings);
    cluster.create("c");
    cluster.store("c", DOCUMENTS);
    cluster.services.reset();
    return cluster;
  }

  /** The same without a collection, or with those that its store has already. */
  static Cluster open(Path data, Map<String, String> settings) {
    return new Cluster(data, settings);
  }

  private Cluster(Path data, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("SLUICE_GATEWAY_PORT", "0");
    all.put("SLUICE_GATEWAY_MANAGEMENT_PORT", "0");
    all.put("SLUICE_GATEWAY_INTERACTIVE_DEADLINE", "20s");
    all.put("SLUICE_GATEWAY_FALLBACK_MODEL", ScriptedServices.FALLBACK);
    all.put("SLUICE_GATEWAY_REWRITE_MODEL", ScriptedServices.REWRITER);
    all.put("SLUICE_GATEWAY_DATA_SOURCES", "wiki");
    all.put("SLUICE_GATEWAY_DATA_SOURCE_WIKI_TARGET", services.dataSource());
    all.put("SLUICE_GATEWAY_QUIET_PERIOD", "0s");
    all.put("SLUICE_DATA", data.resolve("data").toString());
    all.putAll(settings);
    measured = new Measured();
    GatewayConfig config = GatewayConfig.read(new Settings(all)).with(services.addresses());
    server =
        GatewayServer.start(
            config,
            new ServiceServer(config.server(), registry -> measured.tracing()),
            List.of(new NamedTenants()));
    measured.read(server.metrics().registry());
    channel = NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  SearchServiceBlockingStub search() {
    return SearchServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  AnswerServiceBlockingStub answers() {
    return AnswerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Without a deadline of its own: only the gateway's default ends its calls. */
  SearchServiceBlockingStub patientSearch() {
    return SearchServiceGrpc.newBlockingStub(channel);
  }

  /** Without a deadline of its own: only the gateway's default ends its calls. */
  AnswerServiceBlockingStub patientAnswers() {
    return AnswerServiceGrpc.newBlockingStub(channel);
  }

  void create(String collection) {
    create(CreateCollectionRequest.newBuilder().setCollection(collection));
  }

  void create(CreateCollectionRequest.Builder request) {
    var _ = CollectionServiceGrpc.newBlockingStub(channel).createCollection(request.build());
  }

  /** Gives the token of the last document. */
  String store(String collection, List<Document> documents) {
    var acknowledgements = new Acknowledgements(documents.size());
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel).upsertDocuments(acknowledgements);
    for (Document document : documents) {
      requests.onNext(
          UpsertDocumentsRequest.newBuilder()
              .setCollection(collection)
              .setDocument(document)
              .build());
    }
    requests.onCompleted();
    List<UpsertDocumentsResponse> all = acknowledgements.all.join();
    assertThat(all).noneMatch(each -> each.hasError());
    return all.getLast().getConsistencyToken();
  }

  static Document document(String id, String text) {
    return Document.newBuilder().setId(id).setText(text).build();
  }

  static SearchRequest.Builder query(String text) {
    return SearchRequest.newBuilder().setCollection("c").setQuery(text);
  }

  static AnswerRequest.Builder question(String text) {
    return AnswerRequest.newBuilder().setCollection("c").addMessages(user(text));
  }

  static Message user(String text) {
    return Message.newBuilder().setRole(Message.Role.USER).setContent(text).build();
  }

  static Message assistant(String text) {
    return Message.newBuilder().setRole(Message.Role.ASSISTANT).setContent(text).build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    services.close();
    assertThat(services.violations())
        .as("requests of the gateway that break the contracts of the services")
        .isEmpty();
  }
}
