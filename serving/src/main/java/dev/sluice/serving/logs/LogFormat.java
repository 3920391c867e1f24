package dev.sluice.serving.logs;

import dev.sluice.serving.config.Settings;

/** The form of log lines. The key itself is read by {@code logback.xml}. */
public enum LogFormat {
  TEXT,
  JSON;

  /** Reads {@code SLUICE_LOG_FORMAT}. */
  public static LogFormat read(Settings settings) {
    return settings.choice(
        "SLUICE_LOG_FORMAT",
        TEXT,
        "The form of log lines: for people, or one JSON object a line; the chart: json.");
  }
}
