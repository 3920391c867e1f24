package dev.sluice.serving.tracing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version that was built. */
final class BuildVersion {

  static final String TEXT = read();

  private BuildVersion() {}

  private static String read() {
    try (InputStream file = BuildVersion.class.getResourceAsStream("/sluice-version.properties")) {
      var properties = new Properties();
      properties.load(Objects.requireNonNull(file));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
