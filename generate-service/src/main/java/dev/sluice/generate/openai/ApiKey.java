package dev.sluice.generate.openai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of a file, read again when the file changes. Never logged. A file that cannot be read, or
 * has no key in it, leaves the key as it was.
 */
final class ApiKey {

  private static final Logger LOG = LoggerFactory.getLogger(ApiKey.class);
  private static final int MAX_BYTES = 8192;

  private final Path file;
  private FileTime changed;
  private String key;

  /**
   * Reads the file.
   *
   * @throws IOException when there is no key in it
   */
  ApiKey(Path file) throws IOException {
    this.file = file;
    this.changed = Files.getLastModifiedTime(file);
    this.key = read(file);
  }

  /** The key that the file has now. */
  synchronized String value() {
    try {
      FileTime now = Files.getLastModifiedTime(file);
      if (!now.equals(changed)) {
        changed = now;
        key = read(file);
        LOG.info("read the key in {} again", file);
      }
    } catch (IOException e) {
      LOG.warn("keep the old key: {}", e.toString());
    }
    return key;
  }

  private static String read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      String key = new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
      if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IOException(file + " has no key of visible ASCII characters");
      }
      return key;
    }
  }
}
