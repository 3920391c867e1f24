package dev.sluice.generate.openai;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.logs.RequestText;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a model server answers instead of a text, and what it means to our caller. The texts looked
 * for are those of vLLM, SGLang, llama.cpp, Ollama and OpenAI; none is passed on.
 *
 * @param status of HTTP
 * @param text the body, or its beginning
 * @param retryAfter how long the server asks to stay away
 */
record ServerError(int status, String text, Duration retryAfter) {

  /** The reason of the failure after which another server may be tried. */
  static final String MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE";

  static final String MODEL_REFUSED = "MODEL_REFUSED";
  static final String MODEL_NOT_FOUND = "MODEL_NOT_FOUND";

  private static final int INTERNAL = 500;

  private static final String[] TOO_LONG = {
    "context length",
    "context_length",
    "context size",
    "context_size",
    "context window",
    "maximum model length",
    "max_model_len",
    "max_new_tokens",
    "prompt is too long",
    "too many tokens"
  };
  private static final String[] SCHEMA = {"schema", "grammar", "response_format", "guided"};
  private static final String[] BUSY = {
    "queue is full", "server busy", "overloaded", "maximum pending", "too many requests"
  };

  /** An error among the events of a stream; the code is an HTTP status where it is one at all. */
  static ServerError inStream(int code, String text) {
    int status = code >= 400 && code < 600 ? code : INTERNAL;
    return new ServerError(status, text, RetryAfter.UNKNOWN);
  }

  /** Whether it is about who asks. */
  boolean isRefusal() {
    return status == 401 || status == 403;
  }

  /** What the call fails with. */
  Failure failure(GenerateRequest request) {
    return switch (status) {
      case 400, 413, 422 -> badRequest(request);
      case 401, 403 -> new Failure.Unavailable(MODEL_REFUSED, "the model server refuses our calls");
      case 404 ->
          new Failure.Unavailable(MODEL_NOT_FOUND, "the model server does not have the model");
      case 429 -> overloaded();
      case 502, 504 -> unavailable();
      case 503 -> says(BUSY) ? overloaded() : unavailable();
      default -> says(BUSY) ? overloaded() : new Failure.Internal("the model server failed");
    };
  }

  private Failure badRequest(GenerateRequest request) {
    if (status == 413 || says(TOO_LONG)) {
      return Failure.InvalidInput.contextTooLong();
    }
    if (request.getResponseFormat().hasJsonSchema() && says(SCHEMA)) {
      return new Failure.InvalidInput(
          "response_format.json_schema", "is none that the model server can obey");
    }
    if (request.getToolsCount() > 0 && says("tool")) {
      return new Failure.Unimplemented("tools: the model server does not offer them");
    }
    return new Failure.Internal("the model server does not take the request");
  }

  private Failure overloaded() {
    return new Failure.Overloaded("the model server is overloaded", retryAfter);
  }

  private static Failure unavailable() {
    return new Failure.Unavailable(MODEL_UNAVAILABLE, "the model server cannot serve now");
  }

  private boolean says(String... texts) {
    String said = text.toLowerCase(Locale.ROOT);
    return Stream.of(texts).anyMatch(said::contains);
  }

  /** For the log: one line, whose words stand there only if asked for. */
  @Override
  public String toString() {
    String line = text.replaceAll("\\s+|\\p{Cntrl}", " ").strip();
    return status + " " + RequestText.said(line);
  }
}
