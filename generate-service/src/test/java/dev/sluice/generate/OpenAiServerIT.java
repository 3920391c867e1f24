package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.generate.openai.Exchange;
import dev.sluice.generate.openai.FakeChatServer;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a gRPC caller through the whole service to a model server's socket. */
@Timeout(240)
class OpenAiServerIT {

  private static final GenerateRequest QUESTION = ask("Well?").build();

  /** Of one event. */
  private static final String LONG = "word ".repeat(800);

  private static final int MANY = 10_000;

  /** More than all buffers between the model server's and the caller's sockets hold. */
  private static final long BUFFERS = 16 << 20;

  /** A model server, the service in front of it, and a channel to that. */
  private static final class Chain implements AutoCloseable {
    final FakeChatServer model;
    final ServiceServer server;
    final ManagedChannel channel;

    Chain(FakeChatServer.Script script) throws IOException {
      model = new FakeChatServer(script);
      server = GenerateServer.start(config(model));
      channel =
          Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
    }

    private static GenerateConfig config(FakeChatServer model) {
      Settings settings =
          new Settings(
              Map.of(
                  "SLUICE_GENERATE_PORT", "0",
                  "SLUICE_GENERATE_MANAGEMENT_PORT", "0",
                  "SLUICE_GENERATE_BACKEND", "openai",
                  "SLUICE_GENERATE_TARGETS", model.base(),
                  "SLUICE_GENERATE_MODEL_NAME", FakeChatServer.MODEL));
      GenerateConfig config = GenerateConfig.read(settings);
      settings.finish();
      return config;
    }

    BlockingClientCall<?, GenerateEvent> ask() {
      return GenerateServiceGrpc.newBlockingV2Stub(channel)
          .withDeadlineAfter(200, TimeUnit.SECONDS)
          .generate(QUESTION);
    }

    /** Asks as a caller who reads one event. */
    PacedReader askSlowly() throws InterruptedException {
      var reader = new PacedReader();
      GenerateServiceGrpc.newStub(channel)
          .withDeadlineAfter(200, TimeUnit.SECONDS)
          .generate(QUESTION, reader);
      reader.request(1);
      assertThat(reader.awaitFirst()).isTrue();
      return reader;
    }

    @Override
    public void close() throws IOException {
      channel.shutdownNow();
      model.close();
      server.close();
    }
  }

  /** Writes far more than the buffers hold. */
  private static void flood(Exchange exchange) throws IOException {
    exchange.begin();
    for (int i = 0; i < MANY; i++) {
      exchange.text(LONG);
    }
    exchange.end();
  }

  @Test
  void anAnswerComesThrough() throws Exception {
    FakeChatServer.Script script =
        exchange -> {
          exchange.begin();
          exchange.text("So ");
          exchange.text("it is");
          exchange.end();
        };
    try (var chain = new Chain(script)) {
      Conversation answer = Conversation.read(QUESTION, chain.ask());
      assertThat(answer.text()).isEqualTo("So it is");
      GenerateCompleted completed = answer.completed();
      assertThat(completed.getFinishReason()).isEqualTo(GenerateCompleted.FinishReason.STOP);
      assertThat(completed.getModel()).isEqualTo(FakeChatServer.MODEL);
      assertThat(completed.getUsage().getCompletionTokenCount()).isEqualTo(2);
    }
  }

  @Test
  void aReaderThatStopsStallsTheModelServersWritesAndNoOtherStream() throws Exception {
    try (var chain = new Chain(OpenAiServerIT::flood)) {
      PacedReader slow = chain.askSlowly();
      BlockingClientCall<?, GenerateEvent> events = chain.ask();
      for (int i = 0; i < MANY; i++) {
        assertThat(events.read().getTextDelta().getText()).isEqualTo(LONG);
      }
      assertThat(events.read().hasCompleted()).isTrue();
      List<Exchange> exchanges = chain.model.exchanges();
      assertThat(exchanges.get(1).written()).isGreaterThan((long) MANY * LONG.length());
      assertThat(exchanges.get(0).written()).isLessThan(BUFFERS);
      slow.request(MANY);
      assertThat(slow.end()).isNull();
      assertThat(slow.events).hasSize(MANY + 1);
    }
  }

  @Test
  void aCallerWhoGoesAwayClosesTheModelServersConnection() throws Exception {
    var closed = new CountDownLatch(1);
    FakeChatServer.Script stalls =
        exchange -> {
          exchange.begin();
          exchange.text("So ");
          exchange.awaitClose();
          closed.countDown();
        };
    try (var chain = new Chain(stalls)) {
      chain.askSlowly().cancel();
      assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aModelServerThatDiesIsUnavailable() throws Exception {
    try (var chain = new Chain(OpenAiServerIT::flood)) {
      chain.model.stop();
      assertThatThrownBy(() -> chain.ask().read())
          .asInstanceOf(type(StatusException.class))
          .extracting(gone -> gone.getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }
}
