package dev.sluice.serving.door;

import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a server takes in. Asked on the threads that move bytes, before a call's message is
 * read and before it has a thread: must answer within microseconds, and never wait.
 */
public interface Door {

  /**
   * A call comes.
   *
   * @param deadline the caller's; null where it has none
   * @throws Failure what the call ends with, at once
   */
  Entry enter(MethodDescriptor<?, ?> method, Metadata headers, @Nullable Deadline deadline);

  /** Whose call it is, as far as its metadata tell. */
  default String tenant(Metadata headers) {
    return CallerMetadata.tenant(headers);
  }
}
