package dev.sluice.generate.triton;

/** What of the text an answer of a stream carries. */
enum TextMode {
  /** What was written since the answer before. */
  DELTA,
  /** All that was written so far. */
  CUMULATIVE
}
