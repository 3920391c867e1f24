package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.QUESTION;
import static dev.sluice.generate.openai.Requests.WITH_SCHEMA;
import static dev.sluice.generate.openai.Requests.WITH_TOOL;
import static dev.sluice.generate.openai.Requests.config;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.generate.v1.ToolChoice;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ChatRequestTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenAiConfig CONFIG = config("http://localhost/v1");

  private static JsonNode body(GenerateRequest request) throws IOException {
    return JSON.readTree(ChatRequest.of(request, CONFIG));
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  @Test
  void whatIsNotSetIsNotSent() throws IOException {
    assertThat(body(QUESTION))
        .isEqualTo(
            json(
                """
                {"model": "tiny", "stream": true, "stream_options": {"include_usage": true},
                 "max_tokens": 1024, "messages": [{"role": "user", "content": "Well?"}]}
                """));
  }

  @Test
  void whatIsSetIsSent() throws IOException {
    GenerateRequest request =
        QUESTION.toBuilder()
            .setMaxTokens(7)
            .addStop("\n\n")
            .setSampling(
                Sampling.newBuilder()
                    .setTemperature(0)
                    .setTopP(0.5)
                    .setTopK(3)
                    .setSeed(1L << 40)
                    .setFrequencyPenalty(-1)
                    .setPresencePenalty(0.25))
            .build();
    assertThat(body(request))
        .isEqualTo(
            json(
                """
                {"model": "tiny", "stream": true, "stream_options": {"include_usage": true},
                 "max_tokens": 7, "messages": [{"role": "user", "content": "Well?"}],
                 "temperature": 0.0, "top_p": 0.5, "top_k": 3, "seed": 1099511627776,
                 "frequency_penalty": -1.0, "presence_penalty": 0.25, "stop": ["\\n\\n"]}
                """));
  }

  @Test
  void theBoundOfTokensIsCalledAsTheServerCallsIt() throws IOException {
    OpenAiConfig hosted = config("http://localhost/v1", "TOKEN_LIMIT", "max_completion_tokens");
    JsonNode body = JSON.readTree(ChatRequest.of(QUESTION, hosted));
    assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(1024);
    assertThat(body.has("max_tokens")).isFalse();
  }

  @Test
  void documentsStandInFrontOfTheQuestion() throws IOException {
    GenerateRequest request =
        QUESTION.toBuilder()
            .addDocuments(GroundingDocument.newBuilder().setText("It is \"so\"."))
            .build();
    JsonNode messages = body(request).path("messages");
    assertThat(messages).hasSize(2);
    assertThat(messages.path(0).path("role").asText()).isEqualTo("system");
    assertThat(messages.path(0).path("content").asText()).doesNotContain("so\".");
    assertThat(messages.path(1).path("role").asText()).isEqualTo("user");
    assertThat(messages.path(1).path("content").asText())
        .contains("passage 1\nIt is \"so\".\n")
        .endsWith("\nWell?");
  }

  @Test
  void aSchemaIsSentWithItsWholeNumbers() throws IOException {
    assertThat(body(WITH_SCHEMA).path("response_format"))
        .isEqualTo(
            json(
                """
                {"type": "json_schema", "json_schema": {"name": "answer", "strict": true,
                 "schema": {"type": "object", "maxProperties": 5}}}
                """));
  }

  @Test
  void toolsAreSentWithTheirChoice() throws IOException {
    assertThat(body(WITH_TOOL).has("tool_choice")).isFalse();
    JsonNode body = body(WITH_TOOL.toBuilder().setToolChoice(ToolChoice.REQUIRED).build());
    assertThat(body.path("tool_choice").asText()).isEqualTo("required");
    assertThat(body.path("tools"))
        .isEqualTo(
            json(
                """
                [{"type": "function", "function": {"name": "look", "description": "Looks it up.",
                  "parameters": {"type": "object", "maxProperties": 5}}}]
                """));
  }

  @Test
  void aRoundTripOfAToolIsSent() throws IOException {
    GenerateRequest request =
        WITH_TOOL.toBuilder()
            .addMessages(
                Message.newBuilder()
                    .setRole(Message.Role.ASSISTANT)
                    .addToolCalls(
                        ToolCall.newBuilder().setId("a").setName("look").setArguments("{}")))
            .addMessages(
                Message.newBuilder().setRole(Message.Role.TOOL).setToolCallId("a").setContent("42"))
            .build();
    assertThat(body(request).path("messages"))
        .isEqualTo(
            json(
                """
                [{"role": "user", "content": "Well?"},
                 {"role": "assistant", "content": "", "tool_calls": [
                   {"id": "a", "type": "function",
                    "function": {"name": "look", "arguments": "{}"}}]},
                 {"role": "tool", "content": "42", "tool_call_id": "a"}]
                """));
  }
}
