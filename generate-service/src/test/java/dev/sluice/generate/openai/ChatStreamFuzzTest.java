package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.fuzz.MutatedBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Model servers of the OpenAI API that answer anything, cut anywhere. */
class ChatStreamFuzzTest {

  private static final List<String> FIELDS =
      List.of(
          "choices",
          "delta",
          "content",
          "refusal",
          "tool_calls",
          "function",
          "name",
          "arguments",
          "index",
          "id",
          "finish_reason",
          "usage",
          "prompt_tokens",
          "completion_tokens",
          "error",
          "object",
          "code",
          "message");
  private static final List<String> ENDS =
      List.of("\n\n", "\r\n\r\n", "\r\r", "\n", "", "\n: ping\n\n");

  @BeforeAll
  static void silenceWhatWouldBeLoggedOfEach() {
    if (LoggerFactory.getLogger(ChatAnswer.class) instanceof ch.qos.logback.classic.Logger logger) {
      logger.setLevel(ch.qos.logback.classic.Level.OFF);
    }
  }

  @Test
  void aStreamIsAnAnswerOrAFailure() {
    Fuzz.run("streams of chat completions", 3_000, ChatStreamFuzzTest::stream);
  }

  /** The bytes are the same, however the network cuts them. */
  @Test
  void eventsDoNotDependOnHowTheirBytesCome() {
    Fuzz.run("server-sent events, cut anywhere", 2_000, ChatStreamFuzzTest::cuts);
  }

  static void stream(Random random) {
    byte[] bytes = bytes(random);
    RecordingSink sink = new RecordingSink();
    try {
      Completion completion =
          new ChatAnswer(Requests.WITH_TOOL, sink).read(new ServerSentEvents(cut(random, bytes)));
      assertThat(completion.usage().getPromptTokenCount()).isNotNegative();
      assertThat(completion.usage().getCompletionTokenCount()).isNotNegative();
      assertThat(sink.deltas).doesNotContain("");
      assertThat(sink.toolCalls).allSatisfy(ChatStreamFuzzTest::isWhole);
    } catch (Failure said) {
      assertThat(said.text()).isNotBlank().doesNotContain("\n");
    } catch (IOException brokenOff) {
      assertThat(brokenOff.getMessage()).isNotBlank();
    }
  }

  private static void isWhole(ToolCall call) {
    assertThat(call.getId()).isNotEmpty();
    assertThat(call.getName()).isNotEmpty();
    assertThat(call.getArguments()).contains("{");
  }

  static void cuts(Random random) throws IOException {
    byte[] bytes = bytes(random);
    var whole = new ServerSentEvents(new ByteArrayInputStream(bytes));
    var pieces = new ServerSentEvents(cut(random, bytes));
    String event = whole.next();
    while (event != null) {
      assertThat(pieces.next()).isEqualTo(event);
      event = whole.next();
    }
    assertThat(pieces.next()).isNull();
  }

  static byte[] bytes(Random random) {
    StringBuilder stream = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      stream.append(random.nextInt(12) == 0 ? HostileText.of(random) : "data: ");
      stream.append(event(random)).append(ENDS.get(random.nextInt(random.nextInt(4) == 0 ? 6 : 3)));
    }
    if (random.nextInt(4) > 0) {
      stream.append("data: [DONE]\n\n");
    }
    byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
    return random.nextInt(4) == 0 ? MutatedBytes.of(random, bytes) : bytes;
  }

  private static String event(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> value(random, 4);
      case 1 ->
          "{\"usage\":{\"prompt_tokens\":"
              + number(random)
              + ",\"completion_tokens\":"
              + number(random)
              + "}}";
      case 2 ->
          "{\"choices\":[{\"delta\":{},\"finish_reason\":"
              + (random.nextBoolean() ? "\"stop\"" : value(random, 1))
              + "}]}";
      case 3 -> "{\"choices\":[{\"delta\":{\"tool_calls\":" + toolCalls(random) + "}}]}";
      case 4 -> "{\"choices\":[{\"delta\":" + value(random, 3) + "}]}";
      default -> "{\"choices\":[{\"delta\":{\"content\":" + quoted(random) + "}}]}";
    };
  }

  private static String toolCalls(Random random) {
    return "[{\"index\":"
        + number(random)
        + ",\"id\":"
        + quoted(random)
        + ",\"function\":{\"name\":\"look\",\"arguments\":"
        + (random.nextBoolean() ? "\"{}\"" : quoted(random))
        + "}}]";
  }

  private static String number(Random random) {
    return List.of(
            "0",
            "1",
            "7",
            "-1",
            "2147483647",
            "2147483648",
            "-9223372036854775809",
            "1e400",
            "1.5",
            "null",
            "\"3\"")
        .get(random.nextInt(11));
  }

  private static String quoted(Random random) {
    String text = HostileText.of(random);
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      quoted.append(
          random.nextInt(200) == 0
              ? text.substring(i, i + 1)
              : String.format("\\u%04x", (int) text.charAt(i)));
    }
    return quoted.append('"').toString();
  }

  /** Any JSON, with the names that are looked for. */
  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 4)) {
      case 0 -> number(random);
      case 1 -> quoted(random);
      case 2 -> "true";
      case 3 -> "null";
      case 4 -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
      case 5 -> "[".repeat(random.nextInt(1500));
      default ->
          "{\""
              + field(random)
              + "\":"
              + value(random, depth - 1)
              + ",\""
              + field(random)
              + "\":"
              + value(random, depth - 1)
              + "}";
    };
  }

  private static String field(Random random) {
    return FIELDS.get(random.nextInt(FIELDS.size()));
  }

  /** Comes in pieces of random lengths, as from a socket. */
  private static InputStream cut(Random random, byte[] bytes) {
    int longest = 1 + random.nextInt(40);
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(longest)));
      }
    };
  }
}
