package dev.sluice.serving.server;

import dev.sluice.serving.config.Settings;

/** How much a process logs. The key itself is read by {@code logback.xml}. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG;

  /** Reads {@code SLUICE_LOG_LEVEL}. */
  public static LogLevel read(Settings settings) {
    return settings.choice(
        "SLUICE_LOG_LEVEL", INFO, "How much is logged on standard error; the command line: warn.");
  }
}
