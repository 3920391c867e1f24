package dev.sluice.standalone.cli;

import dev.sluice.standalone.CommandFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a cluster of this machine keeps its data. */
final class DataDirectory {

  private DataDirectory() {}

  /** The one given, else what SLUICE_DATA names, else ~/.sluice. */
  static Path orDefault(@Nullable Path given) {
    if (given != null && given.toString().isEmpty()) {
      throw new CommandFailure("--data is empty: name a directory");
    }
    Path directory = given == null ? byEnvironment(System.getenv("SLUICE_DATA")) : given;
    return directory.toAbsolutePath().normalize();
  }

  private static Path byEnvironment(@Nullable String value) {
    return value == null || value.isBlank()
        ? Path.of(System.getProperty("user.home"), ".sluice")
        : Path.of(value);
  }
}
