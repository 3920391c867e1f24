package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms of streams are those of the servers' own documentation; the values are ours. */
class ChatAnswerTest {

  private final RecordingSink sink = new RecordingSink();

  private Completion read(String stream) throws IOException {
    var bytes = new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8));
    return new ChatAnswer(Requests.WITH_TOOL, sink).read(new ServerSentEvents(bytes));
  }

  private static String events(String... data) {
    return "data: " + String.join("\n\ndata: ", data) + "\n\n";
  }

  private static String finish(String reason) {
    return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
  }

  private static String content(String text) {
    return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}";
  }

  private static void assertUsage(Completion completion, int prompt, int written) {
    assertThat(completion.usage().getPromptTokenCount()).isEqualTo(prompt);
    assertThat(completion.usage().getCompletionTokenCount()).isEqualTo(written);
  }

  @Test
  void openAi() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"tiny-2026",\
                "service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":\
                {"role":"assistant","content":"","refusal":null},"logprobs":null,\
                "finish_reason":null}],"usage":null,"obfuscation":"x1"}\
                """,
                """
                {"id":"c-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":\
                {"content":"So "},"logprobs":null,"finish_reason":null}],"usage":null}\
                """,
                """
                {"id":"c-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":\
                {"content":"it is"},"logprobs":null,"finish_reason":null}],"usage":null}\
                """,
                """
                {"id":"c-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},\
                "logprobs":null,"finish_reason":"stop"}],"usage":null}\
                """,
                """
                {"id":"c-1","object":"chat.completion.chunk","choices":[],"usage":\
                {"prompt_tokens":9,"completion_tokens":3,"total_tokens":12,\
                "prompt_tokens_details":{"cached_tokens":0}}}\
                """,
                "[DONE]"));
    assertThat(sink.deltas).containsExactly("So ", "it is");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertUsage(completion, 9, 3);
  }

  @Test
  void openAiRefusesAndFilters() throws IOException {
    Completion completion =
        read(
            events(
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"refusal\":\"No.\"}}]}",
                finish("content_filter"),
                "[DONE]"));
    assertThat(sink.text()).isEqualTo("No.");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
  }

  @Test
  void vllmThinksFirst() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"id":"chatcmpl-2","choices":[{"index":0,"delta":{"role":"assistant","content":""},\
                "logprobs":null,"finish_reason":null,"token_ids":null}],"prompt_token_ids":null}\
                """,
                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hmm\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"Hmm\"}}]}",
                content("So"),
                """
                {"id":"chatcmpl-2","choices":[{"index":0,"delta":{"content":" be it"},\
                "finish_reason":"length","stop_reason":null}]}\
                """,
                """
                {"id":"chatcmpl-2","choices":[],"usage":{"prompt_tokens":4,"total_tokens":9,\
                "completion_tokens":5}}\
                """,
                "[DONE]"));
    assertThat(sink.text()).isEqualTo("So be it");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertUsage(completion, 4, 5);
  }

  @Test
  void vllmStreamsToolCallsInPieces() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"t-1","type":"function",\
                "index":0,"function":{"name":"look"}}]},"finish_reason":null}]}\
                """,
                """
                {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":\
                {"arguments":"{\\"x\\": "}}]},"finish_reason":null}]}\
                """,
                """
                {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":\
                {"arguments":"1}"}}]},"finish_reason":null}]}\
                """,
                """
                {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"tool_calls",\
                "stop_reason":null}]}\
                """,
                "[DONE]"));
    assertThat(completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(sink.toolCalls)
        .containsExactly(
            ToolCall.newBuilder().setId("t-1").setName("look").setArguments("{\"x\": 1}").build());
  }

  @Test
  void sglang() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"id":"7f","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":\
                "assistant","content":"","reasoning_content":null,"tool_calls":null},"logprobs":null,\
                "finish_reason":null,"matched_stop":null}],"usage":null}\
                """,
                """
                {"id":"7f","choices":[{"index":0,"delta":{"role":null,"content":"So",\
                "reasoning_content":null,"tool_calls":null},"finish_reason":null}],"usage":null}\
                """,
                """
                {"id":"7f","choices":[{"index":0,"delta":{"role":null,"content":null,"tool_calls":\
                null},"finish_reason":"stop","matched_stop":2}],"usage":null}\
                """,
                """
                {"id":"7f","choices":[],"usage":{"prompt_tokens":6,"total_tokens":8,\
                "completion_tokens":2,"reasoning_tokens":0}}\
                """,
                "[DONE]"));
    assertThat(sink.deltas).containsExactly("So");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertUsage(completion, 6, 2);
  }

  @Test
  void sglangGivesUp() {
    assertThatThrownBy(() -> read(events(content("So"), finish("abort"), "[DONE]")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void llamaCpp() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant",\
                "content":null}}],"created":1,"id":"chatcmpl-3","model":"tiny","object":\
                "chat.completion.chunk"}\
                """,
                content("So"),
                finish("length"),
                """
                {"choices":[],"created":1,"usage":{"completion_tokens":8,"prompt_tokens":2,\
                "total_tokens":10},"timings":{"prompt_n":2,"predicted_n":8}}\
                """,
                "[DONE]"));
    assertThat(sink.text()).isEqualTo("So");
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertUsage(completion, 2, 8);
  }

  @Test
  void ollamaSendsWholeToolCallsAndStops() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"id":"chatcmpl-4","choices":[{"index":0,"delta":{"role":"assistant","content":"",\
                "tool_calls":[{"id":"call_a","index":0,"type":"function","function":\
                {"name":"look","arguments":"{\\"x\\":1}"}}]},"finish_reason":null}]}\
                """,
                """
                {"id":"chatcmpl-4","choices":[{"index":0,"delta":{"role":"assistant","content":""},\
                "finish_reason":"stop"}]}\
                """,
                """
                {"id":"chatcmpl-4","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":7,\
                "total_tokens":10}}\
                """,
                "[DONE]"));
    assertThat(completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(sink.toolCalls).extracting(ToolCall::getId).containsExactly("call_a");
    assertUsage(completion, 3, 7);
  }

  @Test
  void aServerThatCountsNothingIsCountedForByItsDeltas() throws IOException {
    String stream = events(content("So "), content("it "), content("is"), finish("stop"));
    assertUsage(read(stream.replace("\n", "\r\n")), 0, 3);
  }

  @Test
  void theCountsOfEachChunkAreNotAdded() throws IOException {
    String usage = "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":%d}}";
    Completion completion =
        read(events(usage.formatted(1), usage.formatted(2), finish("stop"), "[DONE]"));
    assertUsage(completion, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "stop, STOP",
    "length, LENGTH",
    "content_filter, CONTENT_FILTER",
    "tool_calls, TOOL_CALLS",
    "function_call, TOOL_CALLS",
    "eos_token, STOP"
  })
  void finishReasonsAreOurs(String theirs, FinishReason ours) throws IOException {
    assertThat(read(events(finish(theirs))).finishReason()).isEqualTo(ours);
  }

  @Test
  void doneWithoutAReasonIsTheEnd() throws IOException {
    assertThat(read(events(content("So"), "[DONE]")).finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void anEndWithoutEitherIsNone() {
    assertThatThrownBy(() -> read(events(content("So")))).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> read("")).isInstanceOf(EOFException.class);
    assertThat(sink.text()).isEqualTo("So");
  }

  @Test
  void aCallThatTheBoundCutIsNotAskedFor() throws IOException {
    Completion completion =
        read(
            events(
                """
                {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":\
                {"name":"look","arguments":"{\\"x"}}]}}]}\
                """,
                finish("length"),
                "[DONE]"));
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(sink.toolCalls).isEmpty();
  }

  @Test
  void anErrorInTheStreamHasItsMeaning() {
    assertThatThrownBy(() ->
            read(
                events(
                    content("So"),
                    "{\"error\":{\"message\":\"CUDA error\",\"code\":500}}",
                    "[DONE]")))
        .isInstanceOf(Failure.Internal.class)
        .hasMessageNotContaining("CUDA");
    assertThatThrownBy(
            () -> read("event: error\n" + events("{\"error\":\"the request queue is full\"}")))
        .isInstanceOf(Failure.Overloaded.class);
    assertThatThrownBy(() ->
            read(
                events(
                    "{\"object\":\"error\",\"message\":\"exceeds the context length\","
                        + "\"code\":400}")))
        .asInstanceOf(type(Failure.InvalidInput.class))
        .extracting(input -> input.violations().getFirst().field())
        .isEqualTo("messages");
  }

  @Test
  void whatIsNoChunkIsPassedOverOrRefused() throws IOException {
    Completion completion =
        read(
            ": ping\n\ndata:\n\n"
                + events(
                    "{}",
                    "{\"choices\":null}",
                    "{\"choices\":[{\"delta\":null,\"finish_reason\":null}],\"error\":null}",
                    "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\"}]}}]}",
                    finish("stop"),
                    "[DONE]"));
    assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(sink.deltas).isEmpty();
    assertThatThrownBy(() -> read(events("{\"choices\":["))).isInstanceOf(Failure.Internal.class);
    assertThatThrownBy(() -> read(events("7"))).isInstanceOf(Failure.Internal.class);
  }

  @ParameterizedTest
  @CsvSource({"-5, 0", "9223372036854775807, 2147483647", "1e400, 2147483647", "'\"x\"', 0"})
  void countsOfTokensThatCannotBeAreBroughtIntoTheirBounds(String sent, int counted)
      throws IOException {
    Completion completion =
        read(
            events(
                "{\"usage\":{\"prompt_tokens\":" + sent + ",\"completion_tokens\":" + sent + "}}",
                finish("stop"),
                "[DONE]"));
    assertUsage(completion, counted, counted);
  }
}
