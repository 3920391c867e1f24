package dev.sluice.serving.inference;

import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a model server's status means to our caller. Its message is logged and never passed on. The
 * texts are Triton's, whose UNAVAILABLE has several meanings, and those in which the engines behind
 * it say that memory ran out.
 */
final class ModelServerFailure {

  private static final Logger LOG = LoggerFactory.getLogger(ModelServerFailure.class);
  private static final Duration RETRY = Duration.ofMillis(100);

  private static final String QUEUE_FULL = "exceeds maximum queue size";
  private static final String TIMED_OUT = "request timeout expired";
  private static final String[] MEMORY = {
    "out of memory",
    "out_of_memory",
    "outofmemory",
    "failed to allocate",
    "memory allocation",
    "memoryallocation",
    "bad_alloc",
    "oom when allocating"
  };

  private ModelServerFailure() {}

  static RuntimeException of(String target, StatusRuntimeException thrown) {
    return switch (thrown.getStatus().getCode()) {
      case DEADLINE_EXCEEDED ->
          new Failure.DeadlineExceeded("the deadline passed in the model server");
      case CANCELLED -> cancelled(target, thrown);
      case UNAVAILABLE -> unavailable(target, thrown);
      case RESOURCE_EXHAUSTED -> exhausted(target, thrown);
      case NOT_FOUND, UNIMPLEMENTED ->
          refused("MODEL_NOT_FOUND", "the model server does not have the model", target, thrown);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          refused("MODEL_REFUSED", "the model server refuses our calls", target, thrown);
      default -> broken(target, thrown);
    };
  }

  private static RuntimeException cancelled(String target, StatusRuntimeException thrown) {
    return Context.current().isCancelled() || Thread.currentThread().isInterrupted()
        ? new Failure.Cancelled()
        : gone(target, thrown);
  }

  private static RuntimeException unavailable(String target, StatusRuntimeException thrown) {
    if (says(thrown, QUEUE_FULL)) {
      return overloaded();
    }
    return says(thrown, TIMED_OUT)
        ? new Failure.DeadlineExceeded("the time in the model server's queue ran out")
        : gone(target, thrown);
  }

  /** gRPC itself answers so when a message is too large: a smaller batch may not be. */
  private static RuntimeException exhausted(String target, StatusRuntimeException thrown) {
    return says(thrown, "message exceeds") || says(thrown, "message larger") || says(thrown, MEMORY)
        ? broken(target, thrown)
        : overloaded();
  }

  private static Failure overloaded() {
    return new Failure.Overloaded("the model server is overloaded", RETRY);
  }

  private static Failure gone(String target, StatusRuntimeException thrown) {
    return refused("MODEL_UNAVAILABLE", "the model server cannot be reached", target, thrown);
  }

  private static Failure refused(
      String reason, String message, String target, StatusRuntimeException thrown) {
    LOG.warn("model server {} answered {}", target, thrown.getStatus());
    return new Failure.Unavailable(reason, message, thrown);
  }

  private static RuntimeException broken(String target, StatusRuntimeException thrown) {
    LOG.warn("model server {} answered {}", target, thrown.getStatus());
    return says(thrown, MEMORY)
        ? new ModelMemoryException("the model had too little memory for a batch", thrown)
        : new Failure.Internal("the model failed", thrown);
  }

  private static boolean says(StatusRuntimeException thrown, String... texts) {
    Status status = thrown.getStatus();
    String description =
        status.getDescription() == null ? "" : status.getDescription().toLowerCase(Locale.ROOT);
    return Stream.of(texts).anyMatch(description::contains);
  }
}
