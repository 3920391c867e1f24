package dev.sluice.gateway.deadline;

import java.util.Locale;

/** The stages of a call, in the order in which they come. */
public enum Stage {
  REWRITE,
  EMBED,
  RETRIEVE,
  RERANK,
  GENERATE,
  VERIFY;

  /** As it stands in requests, reports and metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
