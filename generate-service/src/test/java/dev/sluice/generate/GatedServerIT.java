package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceBlockingV2Stub;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.type.v1.StageReport;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A model behind its gate, over loopback: one stream at a time, each of which waits to be let on.
 */
@Timeout(60)
class GatedServerIT {

  private static final GenerateRequest QUESTION = ask("Well?").setMaxTokens(100).build();

  /** Streams of two and 25 tokens that fit into the queue. */
  private static final int FIT = 4;

  private final Semaphore running = new Semaphore(0);
  private final Semaphore finish = new Semaphore(0);
  private ServiceServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    Settings settings =
        new Settings(Map.of("SLUICE_GENERATE_PORT", "0", "SLUICE_GENERATE_MANAGEMENT_PORT", "0"));
    GenerateConfig config = GenerateConfig.read(settings);
    server = new ServiceServer(config.server());
    var limits = new StreamLimits(1, 120, 100);
    var model =
        new ScriptedModel(
            sink -> {
              running.release();
              sink.text("So it is");
              finish.acquire();
            },
            Optional.of(limits));
    GenerateServer.serve(
        server,
        config,
        (name, each) -> GatedModel.inFrontOf(name, model, server.metrics().registry()));
    channel = Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
  }

  @AfterEach
  void stop() {
    finish.release(1000);
    channel.shutdownNow();
    server.close();
  }

  private GenerateServiceBlockingV2Stub stub() {
    return GenerateServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private Conversation call() throws Exception {
    return Conversation.read(QUESTION, stub().generate(QUESTION));
  }

  private double waiting() {
    return server.metrics().registry().get("sluice.gate.waiting.streams").gauge().value();
  }

  private void awaitWaiting(int streams) {
    while (waiting() != streams) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theWaitAtTheGateStandsInTheStageReport() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Conversation> first = callers.submit(this::call);
      running.acquire();
      Future<Conversation> second = callers.submit(this::call);
      awaitWaiting(1);
      finish.release(2);
      StageReport atOnce = first.get().completed().getStageReport();
      StageReport waited = second.get().completed().getStageReport();
      assertThat(Durations.toNanos(waited.getQueueTime()))
          .isGreaterThan(Durations.toNanos(atOnce.getQueueTime()))
          .isLessThan(Durations.toNanos(waited.getTotalTime()));
    }
  }

  @Test
  void aStreamWhoseDeadlinePassesAtTheGateNeverReachesTheModel() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Conversation> first = callers.submit(this::call);
      running.acquire();
      assertThatThrownBy(
              () -> stub().withDeadlineAfter(50, TimeUnit.MILLISECONDS).generate(QUESTION).read())
          .asInstanceOf(type(StatusException.class))
          .extracting(late -> late.getStatus().getCode())
          .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      awaitWaiting(0);
      finish.release(1);
      assertThat(first.get().text()).isEqualTo("So it is");
      assertThat(running.tryAcquire()).isFalse();
    }
  }

  @Test
  void whatMayNotWaitIsRefusedWithReasonAndTime() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Conversation> first = callers.submit(this::call);
      running.acquire();
      List<Future<Conversation>> waiting = new ArrayList<>();
      for (int i = 1; i <= FIT; i++) {
        waiting.add(callers.submit(this::call));
        awaitWaiting(i);
      }
      assertThatThrownBy(this::call)
          .asInstanceOf(type(StatusException.class))
          .satisfies(refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(detail(refused, ErrorInfo.class).getReason()).isEqualTo("QUEUE_FULL");
            assertThat(Durations.toMillis(detail(refused, RetryInfo.class).getRetryDelay()))
                .isBetween(10L, 10_000L);
          });
      finish.release(1 + FIT);
      assertThat(first.get().text()).isEqualTo("So it is");
      for (Future<Conversation> call : waiting) {
        assertThat(call.get().text()).isEqualTo("So it is");
      }
    }
  }

  private static <M extends Message> M detail(StatusException refused, Class<M> kind)
      throws Exception {
    for (Any detail : Objects.requireNonNull(StatusProto.fromThrowable(refused)).getDetailsList()) {
      if (detail.is(kind)) {
        return detail.unpack(kind);
      }
    }
    throw new AssertionError("no " + kind.getSimpleName());
  }
}
