package dev.sluice.gateway.balance;

import io.grpc.Status;

/** What the end of a call says about its replica. */
enum Ending {
  /** It did its work; also where it refused the request as a wrong one. */
  ANSWERED,
  /** It has too much to do. */
  OVERLOADED,
  /** It, or the way to it, is broken. */
  FAILED,
  /** Nobody waits any more: the call took at least this long. */
  ABANDONED;

  static Ending of(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS -> FAILED;
      case RESOURCE_EXHAUSTED -> OVERLOADED;
      case CANCELLED, DEADLINE_EXCEEDED -> ABANDONED;
      case OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          ANSWERED;
    };
  }
}
