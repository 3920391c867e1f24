package dev.sluice.bench.batching;

/** How a request ended. */
enum Ending {
  ANSWERED,
  /** Refused with RESOURCE_EXHAUSTED. */
  REFUSED,
  /** Too late, or broken. */
  FAILED
}
