package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.QUESTION;
import static dev.sluice.generate.openai.Requests.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.model.Completion;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.MutatedBytes;
import dev.sluice.serving.tls.ChannelTls;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The client of chat servers over sockets, whose bytes are broken from the status line on. */
class ChatServerFuzzIT {

  private static final List<String> HEADS =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n",
          "HTTP/1.1 204 None\r\n\r\n",
          "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 429 Slow\r\nRetry-After: -9999999999\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 503 Busy\r\nRetry-After: Fri, 99 Foo\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n",
          "HTTP/1.0 500 Broken\r\n\r\n",
          "HTTP/9.9 999 What\r\n\r\n");

  @Test
  void bytesOfAnyKindAreAnAnswerOrAFailureThatSaysWhoseFaultItIs() throws Exception {
    var answer = new AtomicReference<byte[]>(new byte[0]);
    try (var server = new FakeChatServer(exchange -> play(exchange, answer.get()));
        var model = OpenAiModel.start(config(server.base()), ChannelTls.NONE)) {
      Fuzz.run(
          "chat servers over sockets",
          200,
          random -> {
            answer.set(bytes(random));
            ask(model);
          });
      server.awaitNoConnections();
    }
  }

  private static void play(Exchange exchange, byte[] answer) throws IOException {
    exchange.raw(answer);
    exchange.cut();
  }

  private static byte[] bytes(Random random) {
    byte[] head = HEADS.get(random.nextInt(HEADS.size())).getBytes(StandardCharsets.US_ASCII);
    byte[] body = ChatStreamFuzzTest.bytes(random);
    byte[] whole = new byte[head.length + body.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    return random.nextInt(3) == 0 ? MutatedBytes.of(random, whole) : whole;
  }

  private static void ask(OpenAiModel model) {
    try {
      Completion completion =
          model.generate(QUESTION, new RecordingSink(), Deadline.after(2, TimeUnit.MINUTES));
      assertThat(completion.usage().getCompletionTokenCount()).isNotNegative();
    } catch (Failure said) {
      assertThat(said)
          .isInstanceOfAny(
              Failure.Internal.class,
              Failure.Unavailable.class,
              Failure.Overloaded.class,
              Failure.InvalidInput.class);
      assertThat(said.text()).isNotBlank().doesNotContain("\n");
    }
  }
}
