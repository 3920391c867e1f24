package dev.sluice.serving.inference;

import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a model server's status means to our caller; its message is never passed on. The texts are
 * Triton's, whose UNAVAILABLE has several meanings, and those in which the engines behind it say
 * that memory ran out.
 */
final class ModelServerFailure {

  private static final Duration RETRY = Duration.ofMillis(100);

  private static final String QUEUE_FULL = "exceeds maximum queue size";
  private static final String TIMED_OUT = "request timeout expired";
  private static final String RESTRICTED = "restricted";
  private static final String[] NOT_READY = {
    "not ready", "unknown model", "no available version", "not found"
  };
  private static final String[] TOO_LARGE = {"message exceeds", "message larger"};
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

  /** A {@link Failure} or a {@link ModelMemoryException}. */
  static RuntimeException of(StatusRuntimeException thrown) {
    return switch (thrown.getStatus().getCode()) {
      case DEADLINE_EXCEEDED ->
          new Failure.DeadlineExceeded("the deadline passed in the model server");
      case CANCELLED -> cancelled(thrown);
      case UNAVAILABLE -> unavailable(thrown);
      case RESOURCE_EXHAUSTED -> exhausted(thrown);
      case NOT_FOUND -> notReady(thrown);
      case UNIMPLEMENTED ->
          new Failure.Unavailable(
              "MODEL_REFUSED", "the model server does not answer such calls", thrown);
      case UNAUTHENTICATED, PERMISSION_DENIED -> refused(thrown);
      default -> broken(thrown);
    };
  }

  private static RuntimeException cancelled(StatusRuntimeException thrown) {
    return Context.current().isCancelled() || Thread.currentThread().isInterrupted()
        ? new Failure.Cancelled()
        : gone(thrown);
  }

  private static RuntimeException unavailable(StatusRuntimeException thrown) {
    if (says(thrown, QUEUE_FULL)) {
      return overloaded();
    }
    if (says(thrown, TIMED_OUT)) {
      return new Failure.DeadlineExceeded("the time in the model server's queue ran out");
    }
    if (says(thrown, RESTRICTED)) {
      return refused(thrown);
    }
    return says(thrown, NOT_READY) ? notReady(thrown) : gone(thrown);
  }

  /** gRPC itself answers so when a message is too large: a smaller batch may not be. */
  private static RuntimeException exhausted(StatusRuntimeException thrown) {
    return says(thrown, TOO_LARGE) || says(thrown, MEMORY) ? broken(thrown) : overloaded();
  }

  private static Failure overloaded() {
    return new Failure.Overloaded("the model server is overloaded", RETRY);
  }

  private static Failure gone(StatusRuntimeException thrown) {
    return new Failure.Unavailable(
        "MODEL_UNAVAILABLE", "the model server cannot be reached", thrown);
  }

  private static Failure notReady(StatusRuntimeException thrown) {
    return new Failure.Unavailable(
        "MODEL_NOT_READY", "the model server does not have the model ready", thrown);
  }

  private static Failure refused(StatusRuntimeException thrown) {
    return new Failure.Unavailable("MODEL_REFUSED", "the model server refuses our calls", thrown);
  }

  private static RuntimeException broken(StatusRuntimeException thrown) {
    if (thrown.getStatus().getCause() instanceof IOException) {
      return gone(thrown); // gRPC's own word for a connection that broke may be UNKNOWN
    }
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
