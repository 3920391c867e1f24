package dev.sluice.bench.chaos;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The kinds of calls of the load. */
enum Kind {
  /** For the sentence of a stored document, with all stages. */
  SEARCH(6, 2),
  /** A streamed answer from the documents. */
  ANSWER(2, 4),
  /** A text that the gateway forwards to the embed-service. */
  EMBED(4, 2),
  /** A new document, or another revision of one. */
  UPSERT(4, 5),
  DELETE(0.5, 5),
  /** A stored document by its id. */
  READ(4, 2);

  private final double perSecond;
  private final long deadlineSeconds;

  Kind(double perSecond, long deadlineSeconds) {
    this.perSecond = perSecond;
    this.deadlineSeconds = deadlineSeconds;
  }

  /** Nanoseconds from one call to the next. */
  long gap() {
    return (long) (1e9 / perSecond);
  }

  /** Nanoseconds. */
  long deadline() {
    return TimeUnit.SECONDS.toNanos(deadlineSeconds);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
