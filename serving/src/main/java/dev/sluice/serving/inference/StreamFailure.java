package dev.sluice.serving.inference;

import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.logs.RequestText;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What it means to our caller that a stream failed, beyond what {@link ModelServerFailure} knows.
 * The texts are those of Triton, vLLM and TensorRT-LLM; they are logged and never passed on.
 */
final class StreamFailure {

  private static final Logger LOG = LoggerFactory.getLogger(StreamFailure.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final List<String> TOO_LONG =
      List.of(
          "maximum model length",
          "maximum context length",
          "maximum input length",
          "max_input_len",
          "max_seq_len",
          "max_num_tokens");

  private static final List<String> NOT_FOUND = List.of("unknown model", "is not found");
  private static final List<String> GONE =
      List.of(
          "exceeds maximum queue size",
          "request timeout expired",
          "is not ready",
          "no available versions",
          "stopping",
          "shutting down",
          "engine is dead",
          "enginedeaderror");

  private StreamFailure() {}

  /** A call that ended. */
  static Failure of(String target, StatusException thrown) {
    Failure failure = of(thrown.getStatus());
    switch (failure) {
      case Failure.Cancelled _, Failure.DeadlineExceeded _, Failure.Overloaded _ ->
          LOG.debug(
              "model server {} answered {} {}",
              target,
              thrown.getStatus().getCode(),
              RequestText.said(thrown.getStatus().getDescription()));
      default ->
          LOG.warn(
              "model server {} answered {} {}",
              target,
              thrown.getStatus().getCode(),
              RequestText.said(thrown.getStatus().getDescription()));
    }
    return failure;
  }

  private static Failure of(Status status) {
    if (says(status.getDescription(), TOO_LONG)) {
      return Failure.InvalidInput.contextTooLong();
    }
    RuntimeException failure = ModelServerFailure.of(status.asRuntimeException());
    return switch (failure) {
      case Failure known -> known;
      case ModelMemoryException full ->
          new Failure.Overloaded("the model server has no memory left", RETRY);
      default -> new Failure.Internal("the model failed", failure);
    };
  }

  /** A message in the stream, which has no code: it is given the one that its words stand for. */
  static Failure told(String target, String message) {
    return of(target, code(message).toStatus().withDescription(message).asException());
  }

  private static Status.Code code(String message) {
    if (says(message, NOT_FOUND)) {
      return Status.Code.NOT_FOUND;
    }
    return says(message, GONE) ? Status.Code.UNAVAILABLE : Status.Code.INTERNAL;
  }

  private static boolean says(@Nullable String message, List<String> texts) {
    String lower = message == null ? "" : message.toLowerCase(Locale.ROOT);
    return texts.stream().anyMatch(lower::contains);
  }
}
