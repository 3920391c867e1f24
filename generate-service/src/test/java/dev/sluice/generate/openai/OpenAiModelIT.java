package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.QUESTION;
import static dev.sluice.generate.openai.Requests.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.tls.ChannelTls;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model over sockets, with servers that behave and others. */
@Timeout(120)
class OpenAiModelIT {

  private final RecordingSink sink = new RecordingSink();

  private static Deadline soon() {
    return Deadline.after(30, TimeUnit.SECONDS);
  }

  private Completion ask(OpenAiModel model) {
    return model.generate(QUESTION, sink, soon());
  }

  private static void answer(Exchange exchange) throws IOException {
    exchange.begin();
    exchange.text("So ");
    exchange.text("it is");
    exchange.end();
  }

  /** What a call fails with when a server plays a script. */
  private <F extends Failure> F failure(FakeChatServer.Script script, Class<F> kind)
      throws Exception {
    try (var server = new FakeChatServer(script);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      var thrown = new CompletableFuture<F>();
      assertThatThrownBy(() -> ask(model)).asInstanceOf(type(kind)).satisfies(thrown::complete);
      return thrown.join();
    }
  }

  @Test
  void answersOneAfterTheOtherShareAConnection() throws Exception {
    try (var server = new FakeChatServer(OpenAiModelIT::answer);
        var model = OpenAiModel.start(config(server.base() + "/"), ChannelTls.NONE)) {
      for (int i = 0; i < 5; i++) {
        assertThat(ask(model).finishReason()).isEqualTo(FinishReason.STOP);
      }
      assertThat(sink.text()).isEqualTo("So it is".repeat(5));
      assertThat(server.exchanges())
          .hasSize(5)
          .allSatisfy(exchange -> {
            assertThat(exchange.head()).startsWith("POST /v1/chat/completions HTTP/1.1\r\n");
            assertThat(exchange.header("content-type")).isEqualTo("application/json");
            assertThat(exchange.header("upgrade")).isEmpty();
            assertThat(exchange.header("authorization")).isEmpty();
            assertThat(exchange.body().path("stream").asBoolean()).isTrue();
          });
      assertThat(server.connections()).isEqualTo(2); // one for the list of models
    }
  }

  @Test
  void bytesMayArriveInAnyPieces() throws Exception {
    FakeChatServer.Script piecemeal =
        exchange -> {
          exchange.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
          String text =
              "data: {\"choices\":[{\"delta\":{\"content\":\"gr\u00fc\u00dfe\"}}]}\r\n\r\n";
          for (int i = 0; i < text.length(); i++) {
            exchange.raw(text.substring(i, i + 1));
          }
          exchange.raw("data: [DONE]\n\n");
          exchange.cut();
        };
    try (var server = new FakeChatServer(piecemeal);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      assertThat(ask(model).finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(sink.text()).isEqualTo("gr\u00fc\u00dfe");
    }
  }

  @Test
  void aServerThatDoesNotCloseItsAnswerIsNotWaitedFor() throws Exception {
    FakeChatServer.Script open =
        exchange -> {
          exchange.begin();
          exchange.chunk("data: [DONE]\n\n");
          exchange.awaitClose();
        };
    try (var server = new FakeChatServer(open);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      assertThat(ask(model).finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsUnavailableAfterWhatCame() throws Exception {
    Failure.Unavailable failure =
        failure(
            exchange -> {
              exchange.begin();
              exchange.text("So ");
              exchange.cut();
            },
            Failure.Unavailable.class);
    assertThat(failure.reason()).isEqualTo("MODEL_BROKE_OFF");
    assertThat(sink.text()).isEqualTo("So ");
  }

  @Test
  void afterTheFirstWordNothingIsRetried() throws Exception {
    var calls = new AtomicInteger();
    failure(
        exchange -> {
          calls.incrementAndGet();
          exchange.begin();
          exchange.text("So ");
          exchange.cut();
        },
        Failure.Unavailable.class);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aConnectionThatDiesBeforeTheAnswerIsTriedOnceMore() throws Exception {
    var calls = new AtomicInteger();
    Failure.Unavailable failure =
        failure(
            exchange -> {
              calls.incrementAndGet();
              exchange.cut();
            },
            Failure.Unavailable.class);
    assertThat(failure.reason()).isEqualTo("MODEL_UNAVAILABLE");
    assertThat(calls).hasValue(2);
  }

  @Test
  void anOverloadedServerIsNotAskedAgain() throws Exception {
    var calls = new AtomicInteger();
    Failure.Overloaded failure =
        failure(
            exchange -> {
              calls.incrementAndGet();
              exchange.json(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After: 7");
            },
            Failure.Overloaded.class);
    assertThat(failure.retryAfter()).hasSeconds(7);
    assertThat(calls).hasValue(1);
  }

  @Test
  void anErrorThatDoesNotEndIsNotWaitedFor() throws Exception {
    failure(
        exchange -> {
          exchange.raw("HTTP/1.1 429 Slow\r\nContent-Length: 100\r\n\r\nslow");
          exchange.awaitClose();
        },
        Failure.Overloaded.class);
  }

  @Test
  void anErrorThatBreaksOffMeansWhatItsStatusSays() throws Exception {
    failure(
        exchange -> {
          exchange.raw("HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\nprompt is too long");
          exchange.cut();
        },
        Failure.InvalidInput.class);
  }

  @Test
  void aChunkLongerThanAnIntegerHoldsNoCall() throws Exception {
    failure(
        exchange -> {
          exchange.begin();
          exchange.raw("aaaaaaaa\r\ndata: [DONE]\n\n");
          exchange.awaitClose();
        },
        Failure.Unavailable.class);
  }

  @Test
  void aRefusedKeyIsUnavailable() throws Exception {
    Failure.Unavailable failure =
        failure(
            exchange -> exchange.json(401, "{\"error\":{\"message\":\"no\"}}"),
            Failure.Unavailable.class);
    assertThat(failure.reason()).isEqualTo("MODEL_REFUSED");
  }

  @Test
  void theKeyOfTheFileIsSentAndItsChangeSeen(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("key");
    Files.writeString(file, "first\n");
    try (var server = new FakeChatServer(OpenAiModelIT::answer);
        var model =
            OpenAiModel.start(
                config(server.base(), "API_KEY_FILE", file.toString()), ChannelTls.NONE)) {
      ask(model);
      Files.writeString(file, "second\n");
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      ask(model);
      assertThat(server.exchanges())
          .extracting(exchange -> exchange.header("authorization"))
          .containsExactly("Bearer first", "Bearer second");
    }
  }

  @Test
  void anAnswerThatIsNoStreamIsInternal() throws Exception {
    failure(exchange -> exchange.json(200, "{\"choices\":[]}"), Failure.Internal.class);
  }

  @Test
  void aServerThatIsGoneIsLeftOutAndComesBack() throws Exception {
    var loading = new AtomicBoolean(true);
    var answers = new AtomicInteger();
    FakeChatServer.Script loads =
        exchange -> {
          if (loading.get()) {
            exchange.json(503, "{\"error\":\"loading\"}");
          } else {
            answers.incrementAndGet();
            answer(exchange);
          }
        };
    try (var good = new FakeChatServer(OpenAiModelIT::answer);
        var bad = new FakeChatServer(loads);
        var model = OpenAiModel.start(config(bad.base() + "," + good.base()), ChannelTls.NONE)) {
      for (int i = 0; i < 4; i++) {
        assertThat(ask(model).finishReason()).isEqualTo(FinishReason.STOP);
      }
      assertThat(good.exchanges()).hasSize(4);
      assertThat(bad.exchanges()).isNotEmpty();
      loading.set(false);
      while (answers.get() == 0) {
        assertThat(ask(model).finishReason()).isEqualTo(FinishReason.STOP);
      }
    }
  }

  @Test
  void aServerThatRefusesConnectionsIsUnavailable() throws Exception {
    try (var server = new FakeChatServer(OpenAiModelIT::answer);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      server.stop();
      assertThatThrownBy(() -> ask(model))
          .asInstanceOf(type(Failure.Unavailable.class))
          .extracting(Failure.Unavailable::reason)
          .isEqualTo("MODEL_UNAVAILABLE");
    }
  }

  @Test
  void aCancelledCallClosesItsConnection() throws Exception {
    var closed = new CountDownLatch(1);
    FakeChatServer.Script stalls =
        exchange -> {
          exchange.begin();
          exchange.text("So ");
          exchange.awaitClose();
          closed.countDown();
        };
    try (var server = new FakeChatServer(stalls);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      assertCancelled(model, sink.first());
      assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(sink.text()).isEqualTo("So ");
    }
  }

  @Test
  void aCallCancelledBeforeTheAnswerClosesItsConnection() throws Exception {
    var asked = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    FakeChatServer.Script silent =
        exchange -> {
          asked.countDown();
          exchange.awaitClose();
          closed.countDown();
        };
    try (var server = new FakeChatServer(silent);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      assertCancelled(model, asked);
      assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Cancels a call once the latch is open, and sees it fail as cancelled. */
  private void assertCancelled(OpenAiModel model, CountDownLatch when) throws Exception {
    CancellableContext caller = Context.ROOT.withCancellation();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completion> call = threads.submit(caller.wrap(() -> ask(model)));
      assertThat(when.await(60, TimeUnit.SECONDS)).isTrue();
      caller.cancel(null);
      assertThatThrownBy(call::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(Failure.Cancelled.class);
    }
  }

  @Test
  void wheneverCallsAreCancelledNoConnectionStaysOpen() throws Exception {
    FakeChatServer.Script stalls =
        exchange -> {
          exchange.begin();
          exchange.text("So ");
          exchange.awaitClose();
        };
    try (var server = new FakeChatServer(stalls);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        CancellableContext caller = Context.ROOT.withCancellation();
        Future<Completion> call =
            threads.submit(
                caller.wrap(() -> model.generate(QUESTION, new RecordingSink(), soon())));
        for (int spin = 0; spin < 200 * i; spin++) {
          Thread.onSpinWait();
        }
        caller.cancel(null);
        assertThatThrownBy(call::get).hasCauseInstanceOf(Failure.Cancelled.class);
      }
      server.awaitNoConnections();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDeadlineEndsAServersSilence(boolean begins) throws Exception {
    FakeChatServer.Script silent =
        exchange -> {
          if (begins) {
            exchange.begin();
            exchange.text("So ");
          }
          exchange.awaitClose();
        };
    try (var server = new FakeChatServer(silent);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      assertThatThrownBy(
              () -> model.generate(QUESTION, sink, Deadline.after(50, TimeUnit.MILLISECONDS)))
          .isInstanceOf(Failure.DeadlineExceeded.class);
      server.awaitNoConnections();
    }
  }

  @Test
  void theDeadlineEndsAnErrorThatDoesNotEnd() throws Exception {
    FakeChatServer.Script endless =
        exchange -> {
          exchange.raw("HTTP/1.1 500 Broken\r\nContent-Length: 100\r\n\r\nno");
          exchange.awaitClose();
        };
    try (var server = new FakeChatServer(endless);
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      assertThatThrownBy(
              () -> model.generate(QUESTION, sink, Deadline.after(50, TimeUnit.MILLISECONDS)))
          .isInstanceOf(Failure.DeadlineExceeded.class);
      server.awaitNoConnections();
    }
  }
}
