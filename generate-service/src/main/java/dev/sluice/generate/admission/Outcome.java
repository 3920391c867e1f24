package dev.sluice.generate.admission;

/** How a stream that had started ended. */
public enum Outcome {
  /** Written to its end. */
  COMPLETED,
  /** Its deadline passed. */
  LATE,
  /** Its caller went away. */
  CANCELLED,
  /** The server had too much to do, or was gone. */
  OVERLOADED,
  /** Anything else. */
  FAILED
}
