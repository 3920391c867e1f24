package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static dev.sluice.generate.Conversation.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.BadRequest;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceBlockingV2Stub;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ResponseFormat;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.generate.v1.Tool;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole server over loopback. */
class GenerateServerIT {

  private static final GenerateRequest GOOD =
      ask("Where is the bread?", document("Kitchen", "The bread is in the blue box. It is fresh."))
          .build();

  private static final Tool NOT_A_NUMBER =
      Tool.newBuilder()
          .setName("f")
          .setParameters(
              Struct.newBuilder()
                  .putFields("a", Value.newBuilder().setNumberValue(Double.NaN).build()))
          .build();

  private static final ToolCall CALL =
      ToolCall.newBuilder().setId("call-1").setName("look").setArguments("{}").build();

  private static ServiceServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    Settings settings =
        new Settings(Map.of("SLUICE_GENERATE_PORT", "0", "SLUICE_GENERATE_MANAGEMENT_PORT", "0"));
    GenerateConfig config = GenerateConfig.read(settings);
    settings.finish();
    server = GenerateServer.start(config);
    channel = Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(
        bad("messages", GOOD.toBuilder().clearMessages()),
        bad("messages[0].content", question("")),
        bad("messages[0].content", question(" \u0000\n\u00a0")),
        bad("messages[0].content", question("x".repeat(200_000))),
        bad("messages[0].role", role(Message.Role.ROLE_UNSPECIFIED)),
        bad("messages[0].role", role(Message.Role.ASSISTANT)),
        bad("messages[1].role", followed(Message.newBuilder().setRole(Message.Role.SYSTEM))),
        bad("messages[1].tool_call_id", followed(Message.newBuilder().setRole(Message.Role.TOOL))),
        bad("messages[0].tool_call_id", question(message -> message.setToolCallId("call-1"))),
        bad("messages[0].tool_calls", question(message -> message.addToolCalls(CALL))),
        bad(
            "messages[1].tool_calls[0].name",
            followed(
                Message.newBuilder()
                    .setRole(Message.Role.ASSISTANT)
                    .addToolCalls(CALL.toBuilder().clearName()))),
        bad("documents[1].text", GOOD.toBuilder().addDocuments(document("t", ""))),
        bad("documents[1].text", GOOD.toBuilder().addDocuments(document("t", " \t "))),
        bad("documents[1].text", GOOD.toBuilder().addDocuments(document("t", "y".repeat(200_000)))),
        bad(
            "documents[1].title",
            GOOD.toBuilder().addDocuments(document("t".repeat(9000), "text"))),
        bad("documents", many(129)),
        bad("max_tokens", GOOD.toBuilder().setMaxTokens(-1)),
        bad("stop[0]", GOOD.toBuilder().addStop("")),
        bad("sampling.top_p", GOOD.toBuilder().setSampling(Sampling.newBuilder().setTopP(2))),
        bad("priority", GOOD.toBuilder().setPriorityValue(9)),
        bad("tools[0].parameters", GOOD.toBuilder().addTools(NOT_A_NUMBER)),
        bad("tool_choice", GOOD.toBuilder().setToolChoiceValue(9)),
        bad(
            "response_format.format",
            GOOD.toBuilder().setResponseFormat(ResponseFormat.getDefaultInstance())));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void badInputIsRefusedNamingTheField(String field, GenerateRequest request) {
    assertThatThrownBy(() -> stub().generate(request).read())
        .asInstanceOf(type(StatusException.class))
        .satisfies(refused -> {
          assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
          assertThat(violations(refused).getFieldViolationsList())
              .extracting(BadRequest.FieldViolation::getField)
              .contains(field);
        });
  }

  @Test
  void whatTheModelCannotDoIsUnimplemented() {
    assertUnimplemented(
        "tools", GOOD.toBuilder().addTools(Tool.newBuilder().setName("look")).build());
    assertUnimplemented(
        "response_format.json_schema",
        GOOD.toBuilder()
            .setResponseFormat(
                ResponseFormat.newBuilder().setJsonSchema(Struct.getDefaultInstance()))
            .build());
    assertUnimplemented(
        "messages",
        GOOD.toBuilder()
            .addMessages(Message.newBuilder().setRole(Message.Role.ASSISTANT).addToolCalls(CALL))
            .addMessages(
                Message.newBuilder().setRole(Message.Role.TOOL).setToolCallId(CALL.getId()))
            .build());
  }

  @Test
  void aDeadlineTooShortIsExceeded() {
    assertThatThrownBy(
            () -> stub().withDeadlineAfter(1, TimeUnit.NANOSECONDS).generate(GOOD).read())
        .asInstanceOf(type(StatusException.class))
        .extracting(late -> late.getStatus().getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void anAnswerAndItsMeters() throws Exception {
    Conversation answer = Conversation.read(GOOD, stub().generate(GOOD));
    assertThat(answer.text()).startsWith("The bread is in the blue box.");
    GenerateRequest unanswerable = question("Who wrote Hamlet?").build();
    assertThat(
            Conversation.read(unanswerable, stub().generate(unanswerable))
                .completed()
                .getFinishReason())
        .isEqualTo(FinishReason.NO_SUPPORT);
    assertThat(scrape())
        .contains(
            "sluice_generate_sentences_total",
            "sluice_generate_abstentions_total",
            "sluice_cache_lookups_total{cache=\"generate_passages\",result=\"hit\"}");
  }

  private static String scrape() throws Exception {
    URI page = URI.create("http://127.0.0.1:" + server.managementPort() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
    }
  }

  private static void assertUnimplemented(String field, GenerateRequest request) {
    assertThatThrownBy(() -> stub().generate(request).read())
        .asInstanceOf(type(StatusException.class))
        .satisfies(refused -> {
          assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
          assertThat(refused.getStatus().getDescription()).startsWith(field + ":");
        });
  }

  private static BadRequest violations(StatusException refused) throws Exception {
    for (Any detail : Objects.requireNonNull(StatusProto.fromThrowable(refused)).getDetailsList()) {
      if (detail.is(BadRequest.class)) {
        return detail.unpack(BadRequest.class);
      }
    }
    return BadRequest.getDefaultInstance();
  }

  private static GenerateServiceBlockingV2Stub stub() {
    return GenerateServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static GenerateRequest.Builder question(String text) {
    return question(message -> message.setContent(text));
  }

  private static GenerateRequest.Builder question(UnaryOperator<Message.Builder> change) {
    return GOOD.toBuilder().setMessages(0, change.apply(GOOD.getMessages(0).toBuilder()));
  }

  private static GenerateRequest.Builder followed(Message.Builder message) {
    return GOOD.toBuilder().addMessages(message.setContent("So it is."));
  }

  private static GenerateRequest.Builder role(Message.Role role) {
    GenerateRequest.Builder request = GOOD.toBuilder();
    request.getMessagesBuilder(0).setRole(role);
    return request;
  }

  private static GenerateRequest.Builder many(int documents) {
    GenerateRequest.Builder request = GOOD.toBuilder().clearDocuments();
    for (int i = 0; i < documents; i++) {
      request.addDocuments(document("t" + i, "Some text stands here."));
    }
    return request;
  }

  private static Arguments bad(String field, GenerateRequest.Builder request) {
    return Arguments.of(field, request.build());
  }
}
