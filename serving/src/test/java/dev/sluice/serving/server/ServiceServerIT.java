package dev.sluice.serving.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServiceServerIT {

  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch entered = new CountDownLatch(1);
  private Function<EmbedRequest, EmbedResponse> behaviour =
      request -> EmbedResponse.newBuilder().setModel("fake").build();
  private final ServiceServer server = new ServiceServer(config());
  private final ManagedChannel channel = serve();
  private final EmbedServiceBlockingStub stub = EmbedServiceGrpc.newBlockingStub(channel);

  private static ServerConfig config() {
    Settings settings =
        new Settings(Map.of("SLUICE_TEST_PORT", "0", "SLUICE_TEST_MANAGEMENT_PORT", "0"));
    return ServerConfig.read(settings, "test", 0);
  }

  private ManagedChannel serve() {
    EmbedServiceImplBase service =
        new EmbedServiceImplBase() {
          @Override
          public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
            response.onNext(behaviour.apply(request));
            response.onCompleted();
          }
        };
    server.serve(1 << 20, List.of(CallerMetadata.receiver()), List.of(service));
    return NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  }

  @AfterEach
  void close() {
    gate.countDown();
    channel.shutdownNow();
    server.close();
  }

  private static EmbedRequest request(String text) {
    return EmbedRequest.newBuilder().addTexts(text).build();
  }

  private StatusRuntimeException failure(EmbedRequest request) {
    try {
      stub.embed(request);
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("the call did not fail");
  }

  @Test
  void overloadCarriesATimeToRetryAfter() throws Exception {
    behaviour =
        request -> {
          throw new Failure.Overloaded("busy", Duration.ofMillis(250));
        };
    StatusRuntimeException failure = failure(request("a"));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    var details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    assertThat(Durations.toMillis(details.getDetails(0).unpack(RetryInfo.class).getRetryDelay()))
        .isEqualTo(250);
  }

  @Test
  void aRepeatedCallIsKnownAsOne() {
    List<Boolean> again = new CopyOnWriteArrayList<>();
    behaviour =
        request -> {
          again.add(Caller.current().again());
          return EmbedResponse.getDefaultInstance();
        };
    var _ = stub.embed(request("a"));
    Metadata repeated = new Metadata();
    repeated.put(
        Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER), "1");
    var _ =
        stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(repeated))
            .embed(request("a"));
    assertThat(again).containsExactly(false, true);
  }

  @Test
  void ourOwnMistakesAreInternalAndTellNothing() {
    behaviour =
        request -> {
          throw new IllegalStateException("secret");
        };
    StatusRuntimeException failure = failure(request("a"));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getMessage()).doesNotContain("secret");
  }

  @Test
  void healthAndManagementPageSayThatItIsReady() throws Exception {
    var health =
        HealthGrpc.newBlockingStub(channel)
            .check(
                HealthCheckRequest.newBuilder().setService("sluice.embed.v1.EmbedService").build());
    assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void aServerThatStillLoadsIsAliveAndNotReady() throws Exception {
    try (ServiceServer loading = new ServiceServer(config())) {
      assertThat(get(loading, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(loading, "/readyz").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void whileAConditionDoesNotHoldItServesAndIsNotReady() throws Exception {
    var condition = new AtomicBoolean(true);
    server.readyWhile(condition::get);
    condition.set(false);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    awaitHealth(ServingStatus.NOT_SERVING);
    assertThat(stub.embed(request("a"))).isNotNull();
    condition.set(true);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    awaitHealth(ServingStatus.SERVING);
  }

  /** Watches, as gRPC's clients do. */
  private void awaitHealth(ServingStatus status) {
    var service =
        HealthCheckRequest.newBuilder().setService("sluice.embed.v1.EmbedService").build();
    var statuses =
        HealthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS).watch(service);
    while (statuses.next().getStatus() != status) {}
  }

  @Test
  void callsAreTimedByMethodAndStatus() throws Exception {
    stub.embed(request("a"));
    String page = get("/metrics").body();
    while (!page.contains("statusCode=\"OK\"")) { // recorded after the answer is on its way
      page = get("/metrics").body();
    }
    assertThat(page)
        .contains("grpc_server_processing_duration_seconds_bucket{")
        .contains("method=\"Embed\"");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(server, path);
  }

  private static HttpResponse<String> get(ServiceServer server, String path)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.managementPort() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  @Test
  void aStoppingServerFinishesTheCallsThatRun() throws Exception {
    behaviour =
        request -> {
          entered.countDown();
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return EmbedResponse.newBuilder().setModel("late").build();
        };
    var running = CompletableFuture.supplyAsync(() -> stub.embed(request("a")));
    entered.await();
    var closing = CompletableFuture.runAsync(server::close);
    gate.countDown();
    assertThat(running.get().getModel()).isEqualTo("late");
    closing.get();
    assertThatThrownBy(() -> stub.embed(request("b")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  @Test
  void aHealthCheckOfAnUnknownNameIsOneOfAnother() {
    var health = HealthGrpc.newBlockingStub(channel);
    assertThatThrownBy(() -> health.check(named("nobody")))
        .satisfies(
            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.NOT_FOUND));
    assertThat(health.watch(named("x".repeat(500))).next().getStatus())
        .isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    assertThatThrownBy(() -> health.check(named("x".repeat(1 << 14))))
        .satisfies(e ->
            assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
  }

  private static HealthCheckRequest named(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  @Test
  void aConnectionHasSoManyHealthChecksAndNoMore() {
    var health = HealthGrpc.newBlockingStub(channel);
    for (int i = 0; i < 32; i++) {
      assertThat(health.watch(named("")).next().getStatus()).isEqualTo(ServingStatus.SERVING);
    }
    assertThatThrownBy(() -> health.watch(named("")).hasNext())
        .satisfies(e ->
            assertThat(Status.fromThrowable(e).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(stub.embed(request("t")).getModel()).isEqualTo("fake");
  }
}
