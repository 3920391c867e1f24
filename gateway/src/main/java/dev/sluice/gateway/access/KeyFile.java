package dev.sluice.gateway.access;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.WatchedFile;
import dev.sluice.type.v1.Priority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** API keys of a file, which is looked at every second. */
final class KeyFile implements Credentials, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

  /** Compared with where no key has the id, so that this takes as long. */
  private static final KeyEntry NOBODY =
      new KeyEntry("", "", "", Permissions.EVERY, "0".repeat(64), Optional.empty());

  private final Path file;
  private final InstantSource clock;
  private final WatchedFile<String> watched;
  private volatile KeyRing ring;

  /**
   * Reads the file once.
   *
   * @throws ConfigurationException when it cannot be read, or is no file of keys
   */
  KeyFile(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    try {
      String text = KeyRing.text(file);
      this.ring = KeyRing.parse(text);
      this.watched = new WatchedFile<>(text, () -> KeyRing.text(file), this::take, this::complain);
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
    watched.every(Duration.ofSeconds(1), "api-keys");
  }

  void look() {
    watched.look();
  }

  private void take(String text) throws IOException {
    ring = KeyRing.parse(text);
    introduce();
  }

  private void complain(Exception problem) {
    LOG.warn("the API keys stay as they are, {}: {}", file, reason(problem));
  }

  private static String reason(Exception e) {
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
    watched.close();
  }
}
