package dev.sluice.gateway.access;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.type.v1.Priority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * API keys of a file, which is looked at every second. What has changed counts once two looks found
 * the same, so that a file which is being written is let be; one that is broken or gone changes
 * nothing until it is right again. Owns the thread that looks.
 */
final class KeyFile implements Credentials, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

  /** Compared with where no key has the id, so that this takes as long. */
  private static final KeyEntry NOBODY =
      new KeyEntry("", "", "", Permissions.EVERY, "0".repeat(64), Optional.empty());

  private final Path file;
  private final InstantSource clock;
  private final Thread reader = Thread.ofVirtual().name("api-keys").unstarted(this::readOn);
  private volatile KeyRing ring;
  private String taken;
  private String seen;
  private String told = "";

  /**
   * Reads the file once.
   *
   * @throws ConfigurationException when it cannot be read, or is no file of keys
   */
  KeyFile(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    try {
      this.taken = KeyRing.text(file);
      this.seen = taken;
      this.ring = KeyRing.parse(taken);
    } catch (IOException e) {
      throw new ConfigurationException(
          List.of(
              "SLUICE_GATEWAY_API_KEYS_FILE %s: %s (./sluice key create --file %s makes one)"
                  .formatted(file, reason(e), file)));
    }
    introduce();
  }

  private void introduce() {
    LOG.info("{} API keys are known", ring.byId().size());
  }

  void start() {
    reader.start();
  }

  private void readOn() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        TimeUnit.SECONDS.sleep(1);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what the file says now, if it said so at the last look. */
  void look() {
    try {
      String now = KeyRing.text(file);
      boolean settled = now.equals(seen);
      seen = now;
      if (now.equals(taken)) {
        told = "";
      } else if (settled) {
        take(now);
      }
    } catch (IOException e) {
      tellOnce(reason(e));
    }
  }

  private void take(String text) throws IOException {
    ring = KeyRing.parse(text);
    taken = text;
    told = "";
    introduce();
  }

  private void tellOnce(String problem) {
    if (!told.equals(problem)) {
      told = problem;
      LOG.warn("the API keys stay as they are, {}: {}", file, problem);
    }
  }

  private static String reason(IOException e) {
    return e.getClass() == IOException.class
        ? String.valueOf(e.getMessage())
        : "cannot be read (" + e.getClass().getSimpleName() + ")";
  }

  @Override
  public Grant grant(String text) {
    ApiKey key = ApiKey.parse(text).orElseThrow(Credentials::invalid);
    KeyEntry entry = ring.find(key.id()).orElse(NOBODY);
    if (!entry.isOf(key)) {
      throw Credentials.invalid();
    }
    if (!entry.countsAt(clock.instant())) {
      throw Grant.expired();
    }
    Caller owner = new Caller(entry.tenant(), Priority.INTERACTIVE, "key:" + entry.name());
    return new Grant(owner, entry.permissions(), () -> holds(entry));
  }

  /** Unless it was taken away or changed since. */
  private boolean holds(KeyEntry entry) {
    return Objects.equals(ring.byId().get(entry.id()), entry) && entry.countsAt(clock.instant());
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
