package dev.sluice.gateway.quota;

import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits in a file, which is read again when a call comes and the last look was {@value
 * #LOOK_NANOS} ns ago. What is broken leaves the limits as they were, and is logged once.
 */
final class LimitsFile {

  private static final Logger LOG = LoggerFactory.getLogger(LimitsFile.class);

  static final long LOOK_NANOS = 5_000_000_000L;

  private final Path path;
  private final LongSupplier clock;
  private final AtomicLong nextLook;
  private volatile String text;
  private volatile TenantLimits limits;

  private LimitsFile(Path path, LongSupplier clock, String text, TenantLimits limits) {
    this.path = path;
    this.clock = clock;
    this.nextLook = new AtomicLong(clock.getAsLong() + LOOK_NANOS);
    this.text = text;
    this.limits = limits;
  }

  /**
   * Reads the file.
   *
   * @throws ConfigurationException when it is broken
   */
  static LimitsFile read(Path path, LongSupplier clock) {
    try {
      String text = Files.readString(path);
      return new LimitsFile(path, clock, text, TenantLimits.parse(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          List.of("SLUICE_GATEWAY_QUOTAS_FILE: " + path + ": " + problem(e)));
    }
  }

  private static String problem(Exception e) {
    return e instanceof IOException ? "it cannot be read" : String.valueOf(e.getMessage());
  }

  TenantLimits now() {
    long due = nextLook.get();
    long now = clock.getAsLong();
    if (now - due >= 0 && nextLook.compareAndSet(due, now + LOOK_NANOS)) {
      look();
    }
    return limits;
  }

  private void look() {
    String seen;
    try {
      seen = Files.readString(path);
    } catch (IOException e) {
      seen = "";
    }
    if (seen.equals(text)) {
      return;
    }
    text = seen;
    try {
      if (seen.isBlank()) {
        throw new IllegalArgumentException("it cannot be read, or is empty");
      }
      limits = TenantLimits.parse(seen);
      LOG.info("quotas: {} was read again", path);
    } catch (IllegalArgumentException e) {
      LOG.warn("quotas stay as they were: {}: {}", path, e.getMessage());
    }
  }
}
