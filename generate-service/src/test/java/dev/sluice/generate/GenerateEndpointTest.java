package dev.sluice.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateEvent.EventCase;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StageReport;
import io.grpc.Context;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The wire side over a scripted model. */
class GenerateEndpointTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int MANY = 1000;
  private static final GenerateRequest QUESTION =
      GenerateRequest.newBuilder()
          .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent("Well?"))
          .build();

  @Test
  void eventsComeInOrderAndExactlyOneCompletedEndsThem() throws Exception {
    var model =
        new ScriptedModel(sink -> {
          sink.text("So ");
          sink.text("it is");
          sink.quote(1, "it is", 3, 8);
          sink.toolCall("id-1", "look", "{}");
        });
    try (var server = new InProcessServer(model, LONG)) {
      List<GenerateEvent> events = read(server.blocking().generate(QUESTION));
      assertThat(events)
          .extracting(GenerateEvent::getEventCase)
          .containsExactly(
              EventCase.TEXT_DELTA,
              EventCase.TEXT_DELTA,
              EventCase.QUOTE,
              EventCase.TOOL_CALL,
              EventCase.COMPLETED);
      assertThat(events.get(2).getQuote().getDocumentIndex()).isEqualTo(1);
      GenerateCompleted completed = events.getLast().getCompleted();
      assertThat(completed.getModel()).isEqualTo("scripted");
      assertThat(completed.getModelFingerprint()).isEqualTo("script-1");
      assertThat(completed.hasSupportScore()).isFalse();
      assertThat(completed.getStageReport().getStage()).isEqualTo("generate");
      assertThat(completed.getStageReport().getOutcome()).isEqualTo(StageReport.Outcome.COMPLETED);
    }
  }

  @Test
  void aModelThatFailsHalfWayCompletesNothing() throws Exception {
    var model =
        new ScriptedModel(sink -> {
          sink.text("So ");
          throw new Failure.Unavailable("UPSTREAM", "gone");
        });
    try (var server = new InProcessServer(model, LONG)) {
      var events = server.blocking().generate(QUESTION);
      assertThat(events.read()).isNotNull();
      assertThatThrownBy(events::read).isInstanceOf(StatusException.class);
    }
  }

  @Test
  void aModelThatBreaksEndsItsCallAllTheSame() throws Exception {
    var model =
        new ScriptedModel(sink -> {
          throw new AssertionError("broken");
        });
    try (var server = new InProcessServer(model, LONG)) {
      var events = server.blocking().generate(QUESTION);
      assertThatThrownBy(events::read).isInstanceOf(StatusException.class);
    }
  }

  @Test
  void aSlowReaderHoldsUpItsOwnStreamOnly() throws Exception {
    var started = new AtomicInteger();
    var writtenToSlow = new AtomicInteger();
    var model =
        new ScriptedModel(sink -> {
          boolean slow = started.getAndIncrement() == 0;
          for (int i = 0; i < MANY; i++) {
            sink.text("word ");
            writtenToSlow.addAndGet(slow ? 1 : 0);
          }
        });
    try (var server = new InProcessServer(model, LONG)) {
      var slow = new PacedReader();
      server.async().generate(QUESTION, slow);
      slow.request(1);
      assertThat(slow.awaitFirst()).isTrue();
      assertThat(read(server.blocking().generate(QUESTION))).hasSize(MANY + 1);
      assertThat(writtenToSlow.get()).isLessThan(MANY / 10);
      slow.request(MANY);
      assertThat(slow.end()).isNull();
      assertThat(slow.events).hasSize(MANY + 1);
    }
  }

  @Test
  void aCancelledCallStopsAModelThatWrites() throws Exception {
    var model =
        new ScriptedModel(sink -> {
          while (true) {
            sink.text("and on ");
          }
        });
    try (var server = new InProcessServer(model, LONG)) {
      var reader = new PacedReader();
      server.async().generate(QUESTION, reader);
      reader.request(1);
      assertThat(reader.awaitFirst()).isTrue();
      reader.cancel();
      assertThat(model.failures.poll(10, TimeUnit.SECONDS)).isInstanceOf(Failure.Cancelled.class);
    }
  }

  @Test
  void aModelThatComputesSeesItsCallCancelled() throws Exception {
    var computing = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    var model =
        new ScriptedModel(sink -> {
          Context.current().addListener(context -> stopped.countDown(), Runnable::run);
          computing.countDown();
          stopped.await();
        });
    try (var server = new InProcessServer(model, LONG)) {
      var reader = new PacedReader();
      server.async().generate(QUESTION, reader);
      assertThat(computing.await(10, TimeUnit.SECONDS)).isTrue();
      reader.cancel();
      assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aReaderWhoReadsNothingMeetsTheDefaultDeadline() throws Exception {
    var model =
        new ScriptedModel(sink -> {
          while (true) {
            sink.text("and on ");
          }
        });
    try (var server = new InProcessServer(model, Duration.ofMillis(20))) {
      var reader = new PacedReader();
      server.async().generate(QUESTION, reader);
      assertThat(model.failures.poll(10, TimeUnit.SECONDS))
          .isInstanceOf(Failure.DeadlineExceeded.class);
      reader.request(MANY);
      assertThat(reader.end()).isNotNull();
    }
  }

  private static List<GenerateEvent> read(BlockingClientCall<?, GenerateEvent> call)
      throws InterruptedException, StatusException {
    List<GenerateEvent> events = new ArrayList<>();
    for (GenerateEvent event = call.read(); event != null; event = call.read()) {
      events.add(event);
    }
    return events;
  }
}
