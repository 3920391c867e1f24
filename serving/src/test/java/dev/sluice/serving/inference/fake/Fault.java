package dev.sluice.serving.inference.fake;

import io.grpc.Status;

/** What goes wrong with a call. */
public sealed interface Fault {

  /** Nothing. */
  Fault NONE = new None();

  /** It is never answered. */
  Fault SILENCE = new Silence();

  /** Runs as it should. */
  record None() implements Fault {}

  /** Does not run and is not answered. */
  record Silence() implements Fault {}

  /** Does not run; is answered with a status at once. */
  record Refusal(Status status) implements Fault {}

  /** Runs, and is answered with nonsense. */
  enum Lie implements Fault {
    MISSING_ROW,
    OTHER_NAME,
    SHORT_CONTENT,
    NO_CONTENT,
    UNKNOWN_TYPE,
    NOT_A_NUMBER
  }
}
