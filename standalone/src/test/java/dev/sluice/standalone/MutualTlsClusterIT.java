package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.example.ClientExample;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrievedPassage;
import dev.sluice.retriever.v1.RetrieverServiceGrpc.RetrieverServiceImplBase;
import dev.sluice.serving.tls.TestAuthority;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four servers that prove themselves to each other, callers that have to as well, and a data source
 * of another authority.
 */
@Timeout(300)
class MutualTlsClusterIT {

  @TempDir private static Path folder;
  private static final List<ManagedChannel> CHANNELS = new ArrayList<>();
  private static Server source;
  private static LocalCluster cluster;
  private static Map<String, String> settings;
  private static Path caller;

  @BeforeAll
  static void start() throws IOException {
    settings = MutualTls.settings(folder);
    caller = folder.resolve(MutualTls.CALLER);
    source = wiki(folder.resolve("wiki"));
    settings.putAll(twoSources("127.0.0.1:" + source.getPort()));
    cluster = LocalCluster.start(ClusterConfig.read(settings, folder.resolve("data"), true));
    ClientExample.storeAndAsk(channel(cluster.gatewayAddress(), TestAuthority.client(caller)));
  }

  @AfterAll
  static void stop() {
    CHANNELS.forEach(ManagedChannel::shutdownNow);
    cluster.close();
    source.shutdownNow();
  }

  private static Server wiki(Path files) throws IOException {
    new TestAuthority("wiki").issue("wiki.example.org", files);
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            TlsServerCredentials.create(
                files.resolve("tls.crt").toFile(), files.resolve("tls.key").toFile()))
        .addService(new Wiki())
        .build()
        .start();
  }

  /** One that is believed by its authority, and the same by another's. */
  private static Map<String, String> twoSources(String target) {
    String prefix = "SLUICE_GATEWAY_DATA_SOURCE";
    return Map.of(
        prefix + "S",
        "wiki,forged",
        prefix + "_WIKI_TARGET",
        target,
        prefix + "_WIKI_TLS_CA_FILE",
        folder.resolve("wiki").resolve("ca.crt").toString(),
        prefix + "_FORGED_TARGET",
        target,
        prefix + "_FORGED_TLS_CA_FILE",
        caller.resolve("ca.crt").toString());
  }

  private static final class Wiki extends RetrieverServiceImplBase {
    @Override
    public void retrieve(RetrieveRequest request, StreamObserver<RetrieveResponse> response) {
      response.onNext(
          RetrieveResponse.newBuilder()
              .addPassages(
                  RetrievedPassage.newBuilder()
                      .setDocumentId("keys")
                      .setPassageId("keys-1")
                      .setText("Old keys stay valid for a week."))
              .build());
      response.onCompleted();
    }
  }

  private static SearchResponse searchIn(String dataSource) throws IOException {
    return SearchServiceGrpc.newBlockingStub(
            channel(cluster.gatewayAddress(), TestAuthority.client(caller)))
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .search(SearchRequest.newBuilder().setDataSource(dataSource).setQuery("old keys").build());
  }

  private static ManagedChannel channel(String address, ChannelCredentials credentials) {
    ManagedChannel channel = Grpc.newChannelBuilder(address, credentials).build();
    CHANNELS.add(channel);
    return channel;
  }

  private static String embedAddress() {
    return cluster.serverLines().stream()
        .filter(line -> line.startsWith("embed"))
        .map(line -> line.replaceAll(".* gRPC ([^,]+),.*", "$1"))
        .findFirst()
        .orElseThrow();
  }

  private static int embedDirectly(ChannelCredentials credentials) {
    return EmbedServiceGrpc.newBlockingStub(channel(embedAddress(), credentials))
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .embed(EmbedRequest.newBuilder().addTexts("a text").build())
        .getEmbeddingsCount();
  }

  private static void refused(Status.Code code, ChannelCredentials credentials) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> embedDirectly(credentials))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }

  @Test
  void aSearchThroughTheGatewayReachesAllServices() throws IOException {
    var search =
        SearchServiceGrpc.newBlockingStub(
                channel(cluster.gatewayAddress(), TestAuthority.client(caller)))
            .withDeadlineAfter(1, TimeUnit.MINUTES)
            .search(
                SearchRequest.newBuilder().setCollection("handbook").setQuery("old keys").build());
    assertThat(search.getResultsList()).isNotEmpty();
    assertThat(search.getDegradationsList()).isEmpty();
  }

  @Test
  void aServiceTakesCallsOfTheGatewayAlone() throws IOException {
    refused(Status.Code.PERMISSION_DENIED, TestAuthority.client(caller));
    refused(Status.Code.UNAVAILABLE, TestAuthority.stranger(caller));
    refused(Status.Code.UNAVAILABLE, InsecureChannelCredentials.create());
    assertThat(embedDirectly(TestAuthority.client(folder.resolve("gateway")))).isEqualTo(1);
  }

  @Test
  void aDataSourceIsBelievedByItsOwnAuthority() throws IOException {
    assertThat(searchIn("wiki").getResultsList())
        .extracting(SearchResult::getDocumentId)
        .containsExactly("keys");
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> searchIn("forged"))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  @Test
  void aCommandThatFindsTheClusterByItsDirectorySaysWhichOptionsItNeeds() {
    assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> new LocalLauncher(Map.of()).addressOfOwner(folder.resolve("data")))
        .satisfies(e ->
            assertThat(e.line())
                .contains("--target " + cluster.gatewayAddress() + " --tls-ca FILE")
                .doesNotContain("\n"));
  }

  @Test
  void aClusterOfOneCommandNeedsNoCertificates() {
    var launcher = new LocalLauncher(settings);
    try (RunningCluster own = launcher.startForCommand(folder.resolve("own"))) {
      var collections =
          CollectionServiceGrpc.newBlockingStub(
                  channel(own.gatewayAddress(), InsecureChannelCredentials.create()))
              .withDeadlineAfter(1, TimeUnit.MINUTES)
              .listCollections(ListCollectionsRequest.getDefaultInstance());
      assertThat(collections.getCollectionsList()).isEmpty();
    }
  }
}
