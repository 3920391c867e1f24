package dev.sluice.bench.gateway;

import dev.sluice.bench.overhead.ChildProcess;
import dev.sluice.gateway.GatewayMain;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.network.FreePort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A gateway process, and scripted services in another one behind it. Owns both, the data directory
 * and a channel to the gateway.
 */
final class GatewayProcess implements AutoCloseable {

  /** The collection that is there once {@link #store} was called. */
  static final String COLLECTION = "bench";

  private static final int DOCUMENTS = 20;

  private final Path data;
  private final ChildProcess services;
  private final ChildProcess gateway;
  private final int servicesPort;
  private final ManagedChannel channel;

  private GatewayProcess(
      Path data, ChildProcess services, int servicesPort, ChildProcess gateway, int port) {
    this.data = data;
    this.services = services;
    this.servicesPort = servicesPort;
    this.gateway = gateway;
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
  }

  static GatewayProcess start(Pace pace) throws IOException {
    Path data = Files.createTempDirectory("sluice-bench-gateway-");
    ChildProcess services = ChildProcess.start(ScriptedServices.class, Map.of(), pace.name());
    int servicesPort = Integer.parseInt(services.line());
    int port = FreePort.any();
    ChildProcess gateway =
        ChildProcess.start(GatewayMain.class, settings(data, servicesPort, port));
    return new GatewayProcess(data, services, servicesPort, gateway, port);
  }

  private static Map<String, String> settings(Path data, int servicesPort, int port) {
    String target = "127.0.0.1:" + servicesPort;
    return Map.of(
        "SLUICE_DATA",
        data.toString(),
        "SLUICE_LOG_LEVEL",
        "error",
        "SLUICE_GATEWAY_PORT",
        Integer.toString(port),
        "SLUICE_GATEWAY_MANAGEMENT_PORT",
        "0",
        "SLUICE_GATEWAY_EMBED_TARGET",
        target,
        "SLUICE_GATEWAY_RERANK_TARGET",
        target,
        "SLUICE_GATEWAY_GENERATE_TARGET",
        target);
  }

  ManagedChannel channel() {
    return channel;
  }

  int servicesPort() {
    return servicesPort;
  }

  Duration processorTime() {
    return gateway.processorTime();
  }

  /** Waits for the gateway, and stores a few documents. */
  void store() {
    CollectionServiceGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(Duration.ofMinutes(1))
        .createCollection(CreateCollectionRequest.newBuilder().setCollection(COLLECTION).build());
    var stored = new Acknowledgements();
    var requests = DocumentServiceGrpc.newStub(channel).upsertDocuments(stored);
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = "Gate " + i + " holds back the water. It opens slowly at level " + i + ".";
      requests.onNext(
          UpsertDocumentsRequest.newBuilder()
              .setCollection(i == 0 ? COLLECTION : "")
              .setDocument(Document.newBuilder().setId("gate-" + i).setText(text))
              .build());
    }
    requests.onCompleted();
    stored.all.join();
  }

  private static final class Acknowledgements implements StreamObserver<UpsertDocumentsResponse> {
    private final CompletableFuture<Boolean> all = new CompletableFuture<>();

    @Override
    public void onNext(UpsertDocumentsResponse response) {
      if (response.hasError()) {
        all.completeExceptionally(new IllegalStateException(response.getError().getMessage()));
      }
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      all.complete(true);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    gateway.close();
    services.close();
    try (Stream<Path> entries = Files.walk(data)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
