package dev.sluice.standalone.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a cluster of this machine keeps its data. */
final class DataDirectory {

  private DataDirectory() {}

  static Path orDefault(@Nullable Path given) {
    Path directory = given == null ? Path.of(System.getProperty("user.home"), ".sluice") : given;
    return directory.toAbsolutePath().normalize();
  }
}
