package dev.sluice.serving.encoder;

/** What happens to a text of more tokens than allowed. */
public enum Truncation {
  /** Nothing: the sequence says that it is too long. */
  NONE,
  /** Tokens are left out at the start. */
  START,
  /** Tokens are left out at the end. */
  END
}
