package dev.sluice.gateway.quota;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.WatchedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits in a file, which is looked at every second. */
public final class LimitsFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LimitsFile.class);

  private final Path path;
  private final WatchedFile<String> watched;
  private volatile TenantLimits limits;

  /**
   * Reads the file once.
   *
   * @throws ConfigurationException when it is broken
   */
  LimitsFile(Path path) {
    this.path = path;
    try {
      String text = Files.readString(path);
      this.limits = TenantLimits.parse(text);
      this.watched =
          new WatchedFile<>(text, () -> Files.readString(path), this::take, this::complain);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          List.of("SLUICE_GATEWAY_QUOTAS_FILE: " + path + ": " + problem(e)));
    }
  }

  /**
   * Reads the file, and goes on looking at it.
   *
   * @throws ConfigurationException when it is broken
   */
  public static LimitsFile open(Path path) {
    var file = new LimitsFile(path);
    file.watched.every(Duration.ofSeconds(1), "quotas");
    return file;
  }

  void look() {
    watched.look();
  }

  private void take(String text) {
    limits = TenantLimits.parse(text);
    LOG.info("quotas: {} was read again", path);
  }

  private void complain(Exception problem) {
    LOG.warn("quotas stay as they were: {}: {}", path, problem(problem));
  }

  private static String problem(Exception e) {
    return e instanceof IOException ? "it cannot be read" : String.valueOf(e.getMessage());
  }

  TenantLimits now() {
    return limits;
  }

  @Override
  public void close() {
    watched.close();
  }
}
