package dev.sluice.serving.batching;

import dev.sluice.serving.failure.Failure;
import java.time.Duration;

/**
 * Why a request was not admitted.
 *
 * @param retryAfter when there should be room again
 */
record Refusal(Reason reason, Duration retryAfter) {

  /** The reasons, which are also labels of a metric. */
  enum Reason {
    /** It would be late. */
    PREDICTED_LATE,
    /** The memory for waiting work is full. */
    QUEUE_FULL,
    /** Its tenant has a fair share of the waiting work already. */
    TENANT_SHARE,
    /** Its class, interactive or bulk, has a fair share of the waiting work already. */
    CLASS_SHARE
  }

  /** What the caller is told. */
  Failure.Overloaded failure(String name) {
    String message =
        switch (reason) {
          case PREDICTED_LATE -> name + " has too much work waiting to answer by the deadline";
          case QUEUE_FULL -> name + " has too much work waiting";
          case TENANT_SHARE -> name + " is busy, and this tenant has its share of the waiting work";
          case CLASS_SHARE ->
              name + " is busy, and this priority has its share of the waiting work";
        };
    return new Failure.Overloaded(reason.name(), message, retryAfter);
  }
}
