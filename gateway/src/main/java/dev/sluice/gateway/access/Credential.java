package dev.sluice.gateway.access;

/** What a call brings along to prove who is calling. */
enum Credential {
  KEY,
  TOKEN,
  /** Nothing, and nothing is asked for. */
  ANONYMOUS,
  /** Nothing. */
  MISSING
}
