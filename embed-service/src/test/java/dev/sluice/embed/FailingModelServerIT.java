package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.inference.fake.Fault;
import dev.sluice.serving.inference.fake.Faults;
import dev.sluice.serving.network.FreePort;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Model servers that fail, lie, are silent, go away and come back. */
class FailingModelServerIT extends WithModelServers {

  @Test
  void aTextThatTheModelCannotTakeHarmsNoNeighbour() throws Exception {
    var server = model(FakeModel.EMBED);
    long poison = TOKENIZER.encode("poison", 8, Truncation.NONE).ids()[1];
    server.faults(Faults.poison(poison));
    var stub = stub(targets(server.target()));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EmbedResponse>> good = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = "good text " + i;
        good.add(callers.submit(() -> stub.embed(texts(text))));
      }
      assertThatThrownBy(() -> stub.embed(texts("a poison here")))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
                assertThat(e.getStatus().getDescription()).doesNotContain("index out of range");
              });
      for (int i = 0; i < good.size(); i++) {
        assertVector(good.get(i).get(), 0, "good text " + i);
      }
    }
  }

  @Test
  void aLyingServerFailsTheCallAndNoMore() {
    var server = model(FakeModel.EMBED);
    var stub = stub(targets(server.target()));
    server.faults(Faults.always(Fault.Lie.MISSING_ROW));
    assertThatThrownBy(() -> stub.embed(texts("one", "two"))).hasMessageContaining("INTERNAL");
    server.faults(Faults.none());
    assertVector(stub.embed(texts("one")), 0, "one");
  }

  @ParameterizedTest
  @EnumSource(Fault.Lie.class)
  void aLieAboutOneTextHarmsNoNeighbour(Fault.Lie lie) throws Exception {
    var server = model(FakeModel.EMBED);
    long poison = TOKENIZER.encode("poison", 8, Truncation.NONE).ids()[1];
    server.faults(Faults.poison(poison, lie));
    var stub = stub(targets(server.target()));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<StatusRuntimeException> bad = callers.submit(() -> failure(stub, "a poison here"));
      List<Future<EmbedResponse>> good = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String text = "good text " + i;
        good.add(callers.submit(() -> stub.embed(texts(text))));
      }
      assertThat(bad.get().getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      for (int i = 0; i < good.size(); i++) {
        assertVector(good.get(i).get(), 0, "good text " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Exceeds maximum queue size, RESOURCE_EXHAUSTED",
    "UNAVAILABLE, Request timeout expired, DEADLINE_EXCEEDED",
    "UNAVAILABLE, Server is stopping, UNAVAILABLE",
    "UNAVAILABLE, Request for unknown model, UNAVAILABLE",
    "UNAVAILABLE, This protocol is restricted, UNAVAILABLE",
    "INVALID_ARGUMENT, unexpected shape, INTERNAL",
    "UNKNOWN, CUDA error, INTERNAL"
  })
  void theCallerGetsTheMeaningAndNotTheWords(Status.Code code, String words, Status.Code expected) {
    var server = model(FakeModel.EMBED);
    var stub = stub(targets(server.target()));
    server.faults(Faults.always(new Fault.Refusal(code.toStatus().withDescription(words))));
    Status status = failure(stub, "a").getStatus();
    assertThat(status.getCode()).isEqualTo(expected);
    assertThat(status.getDescription()).doesNotContain(words);
  }

  @Test
  void aSilentServerCostsTheCallerItsDeadlineAndIsToldSo() throws Exception {
    var server = model(FakeModel.EMBED);
    var stub = stub(targets(server.target()));
    server.faults(Faults.always(Fault.SILENCE));
    Status status = failure(stub.withDeadlineAfter(300, TimeUnit.MILLISECONDS), "a").getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    until(() -> server.counts().cancelled() == 1);
    server.faults(Faults.none());
    assertVector(stub.embed(texts("b")), 0, "b");
  }

  @Test
  void aSlowServerIsWaitedFor() {
    var slow = new Accelerator(200e6, 0, 0, true, 1, 0, 0);
    var server = FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(slow, 1));
    open.add(server);
    assertVector(stub(targets(server.target())).embed(texts("slow")), 0, "slow");
  }

  @Test
  void aReplicaThatGoesAwayIsLeftOutAndComesBackByItself() throws Exception {
    var stays = model(FakeModel.EMBED);
    var goes = model(FakeModel.EMBED);
    var stub = stub(targets(stays.target() + "," + goes.target()));
    until(() -> embeds(stub) && goes.counts().calls() > 0);
    goes.close();
    for (int i = 0; i < 50; i++) {
      assertThat(embeds(stub)).isTrue();
    }
    var back = model(FakeModel.EMBED, goes.port());
    until(() -> embeds(stub) && back.counts().calls() > 0);
  }

  private static boolean embeds(EmbedServiceBlockingStub stub) {
    assertVector(stub.embed(texts("text")), 0, "text");
    return true;
  }

  @Test
  void withoutAReadyModelTheServiceIsNotReadyAndComesBack() throws Exception {
    var server = model(FakeModel.EMBED);
    ServiceServer service = service(targets(server.target()));
    open.add(service);
    assertThat(readyz(service.managementPort())).isEqualTo(200);
    server.ready(false);
    until(() -> readyz(service.managementPort()) == 503);
    var stub = EmbedServiceGrpc.newBlockingStub(channel(service));
    assertThat(failure(stub, "a").getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(server.counts().calls()).isZero();
    server.ready(true);
    until(() -> readyz(service.managementPort()) == 200);
    assertThat(embeds(stub)).isTrue();
  }

  @Test
  void aServiceWhoseModelIsNotThereYetIsAliveAndNotReady() throws Exception {
    var server = model(FakeModel.EMBED);
    server.ready(false);
    int port = FreePort.any();
    Map<String, String> settings =
        Map.of(
            "SLUICE_EMBED_TARGETS",
            server.target(),
            "SLUICE_EMBED_MANAGEMENT_PORT",
            Integer.toString(port));
    try (var starter = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ServiceServer> starting = starter.submit(() -> service(settings));
      until(() -> server.asked() > 0);
      assertThat(readyz(port)).isEqualTo(503);
      server.ready(true);
      open.add(starting.get());
    }
    assertThat(readyz(port)).isEqualTo(200);
  }

  private static int readyz(int port) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/readyz");
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
