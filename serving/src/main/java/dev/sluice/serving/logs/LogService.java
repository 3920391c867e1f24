package dev.sluice.serving.logs;

import dev.sluice.serving.tracing.Tracing;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which service a log line is of: that of the call in hand, else the only one in this JVM, else
 * {@value #ALL}.
 */
public final class LogService {

  private static final String ALL = "sluice";
  private static final AtomicReference<String> ONLY = new AtomicReference<>("");

  private LogService() {}

  /**
   * A server starts in this JVM.
   *
   * @param name as "embed"
   */
  public static void starts(String name) {
    String service = ALL + "-" + name;
    ONLY.updateAndGet(only -> only.isEmpty() || only.equals(service) ? service : ALL);
  }

  static String current() {
    String traced = Tracing.current().service();
    String only = ONLY.get();
    return traced.isEmpty() ? only.isEmpty() ? ALL : only : traced;
  }
}
