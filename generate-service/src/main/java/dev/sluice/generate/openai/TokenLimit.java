package dev.sluice.generate.openai;

import java.util.Locale;

/** How a server calls the most tokens to write. */
public enum TokenLimit {
  MAX_TOKENS,
  MAX_COMPLETION_TOKENS;

  /** The field of a request. */
  String field() {
    return name().toLowerCase(Locale.ROOT);
  }
}
