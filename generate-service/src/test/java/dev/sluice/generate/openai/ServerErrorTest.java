package dev.sluice.generate.openai;

import static dev.sluice.generate.openai.Requests.QUESTION;
import static dev.sluice.generate.openai.Requests.WITH_SCHEMA;
import static dev.sluice.generate.openai.Requests.WITH_TOOL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.serving.logs.RequestText;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of errors are those of the servers' own documentation; the values are ours. */
class ServerErrorTest {

  private static final String SECRET = "of tensor 0x7f at /srv/model";

  static Stream<Arguments> errors() {
    return Stream.of(
        // OpenAI
        said(
            400,
            """
            {"error": {"message": "This model's maximum context length is 16 tokens. %s",
             "type": "invalid_request_error", "param": "messages",
             "code": "context_length_exceeded"}}
            """,
            Code.INVALID_ARGUMENT,
            "messages"),
        said(
            401,
            "{\"error\": {\"message\": \"Incorrect API key provided %s\"}}",
            Code.UNAVAILABLE,
            "MODEL_REFUSED"),
        said(403, "{\"error\": \"%s\"}", Code.UNAVAILABLE, "MODEL_REFUSED"),
        said(
            429,
            "{\"error\": {\"message\": \"Rate limit reached %s\", \"type\": \"tokens\"}}",
            Code.RESOURCE_EXHAUSTED,
            "OVERLOADED"),
        said(
            500,
            "{\"error\": {\"message\": \"%s\", \"type\": \"server_error\"}}",
            Code.INTERNAL,
            "INTERNAL"),
        // vLLM
        said(
            400,
            """
            {"error": {"message": "This model's maximum context length is 16 tokens. However, %s",
             "type": "BadRequestError", "param": null, "code": 400}}
            """,
            Code.INVALID_ARGUMENT,
            "messages"),
        said(
            404,
            "{\"object\": \"error\", \"message\": \"The model `%s` does not exist.\"}",
            Code.UNAVAILABLE,
            "MODEL_NOT_FOUND"),
        // SGLang
        said(
            400,
            """
            {"object": "error", "message": "The input (20 tokens) is longer than the model's context \
            length (16 tokens). %s", "type": "BadRequestError", "param": null, "code": 400}
            """,
            Code.INVALID_ARGUMENT,
            "messages"),
        said(
            503,
            "{\"error\": {\"message\": \"The request queue is full. %s\", \"code\": 503}}",
            Code.RESOURCE_EXHAUSTED,
            "OVERLOADED"),
        // llama.cpp
        said(
            400,
            """
            {"error": {"code": 400, "message": "the request exceeds the available context size %s",
             "type": "exceed_context_size_error", "n_prompt_tokens": 20, "n_ctx": 16}}
            """,
            Code.INVALID_ARGUMENT,
            "messages"),
        said(
            503,
            """
            {"error": {"code": 503, "message": "Loading model %s", "type": "unavailable_error"}}
            """,
            Code.UNAVAILABLE,
            "MODEL_UNAVAILABLE"),
        // Ollama
        said(
            503,
            """
            {"error": {"message": "server busy, please try again. maximum pending requests \
            exceeded %s"}}
            """,
            Code.RESOURCE_EXHAUSTED,
            "OVERLOADED"),
        // proxies
        said(413, "<html>%s</html>", Code.INVALID_ARGUMENT, "messages"),
        said(502, "<html>%s</html>", Code.UNAVAILABLE, "MODEL_UNAVAILABLE"),
        said(504, "", Code.UNAVAILABLE, "MODEL_UNAVAILABLE"),
        said(302, "", Code.INTERNAL, "INTERNAL"),
        said(400, "{\"detail\": \"%s\"}", Code.INTERNAL, "INTERNAL"));
  }

  private static Arguments said(int status, String form, Code code, String what) {
    return Arguments.of(status, form.replace("%s", SECRET), code, what);
  }

  private static ServerError error(int status, String text) {
    return new ServerError(status, text, Duration.ofSeconds(7));
  }

  private static Status status(ServerError error, GenerateRequest request) {
    return FailureStatus.of(error.failure(request));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorsAreTranslatedByMeaningAndTheirTextStaysHere(
      int httpStatus, String text, Code code, String what) throws Exception {
    Status status = status(error(httpStatus, text), QUESTION);
    assertThat(status.getCode()).isEqualTo(code.getNumber());
    assertThat(status.toString()).doesNotContain("0x7f");
    assertThat(what(status)).isEqualTo(what);
  }

  /** The field or the reason. */
  private static String what(Status status) throws InvalidProtocolBufferException {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(BadRequest.class)) {
        return detail.unpack(BadRequest.class).getFieldViolations(0).getField();
      }
      if (detail.is(ErrorInfo.class)) {
        return detail.unpack(ErrorInfo.class).getReason();
      }
    }
    return "";
  }

  @Test
  void anOverloadedServerSaysWhenToComeAgain() throws Exception {
    RetryInfo retry = status(error(429, ""), QUESTION).getDetails(0).unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(7);
  }

  @Test
  void aSchemaThatIsNotTakenIsTheCallers() throws Exception {
    ServerError error = error(400, "{\"error\": {\"message\": \"Invalid grammar: no type\"}}");
    assertThat(what(status(error, WITH_SCHEMA))).isEqualTo("response_format.json_schema");
    assertThat(status(error, QUESTION).getCode()).isEqualTo(Code.INTERNAL_VALUE);
  }

  @Test
  void toolsThatAreNotOfferedAreUnimplemented() {
    ServerError error = error(400, "{\"error\": {\"message\": \"tiny does not support tools\"}}");
    Status status = status(error, WITH_TOOL);
    assertThat(status.getCode()).isEqualTo(Code.UNIMPLEMENTED_VALUE);
    assertThat(status.getMessage()).startsWith("tools:");
    assertThat(status(error, QUESTION).getCode()).isEqualTo(Code.INTERNAL_VALUE);
  }

  /** The text may quote the prompt. */
  @Test
  void theLogGetsTheTextWhenItWasAskedForAlone() {
    ServerError error = error(500, "a\nb\u001b[31m" + "x".repeat(1000));
    assertThat(error.toString()).startsWith("500 ").doesNotContain("a b");
    RequestText.choose(RequestText.Logged.TRUE);
    try {
      assertThat(error.toString())
          .startsWith("500 a b")
          .doesNotContain("\n", "\u001b")
          .hasSizeLessThan(600);
    } finally {
      RequestText.choose(RequestText.Logged.FALSE);
    }
  }
}
