package dev.sluice.serving.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that this code was built as. */
public final class BuildVersion {

  private static final String FILE = "/sluice-version.properties";

  private BuildVersion() {}

  public static String read() {
    try (InputStream file = BuildVersion.class.getResourceAsStream(FILE)) {
      if (file == null) {
        return "unknown";
      }
      var properties = new Properties();
      properties.load(file);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
