package dev.sluice.gateway.quota;

import java.util.Locale;

/** The kinds of quotas that there are. */
enum Quota {
  REQUESTS,
  TOKENS,
  GENERATIONS,
  DOCUMENTS,
  COLLECTIONS,
  SNAPSHOTS;

  /** As failures and metrics name it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
