package dev.sluice.standalone.cli;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that is gone, with all that is in it, when it is closed. */
record TemporaryDirectory(Path path) implements AutoCloseable {

  static TemporaryDirectory create(String prefix) {
    try {
      return new TemporaryDirectory(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw new CommandFailure("no temporary directory: " + Unreadable.reason(e), e);
    }
  }

  @Override
  public void close() {
    try {
      for (Path entry : deepestFirst()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot remove " + path + ": " + Unreadable.reason(e), e);
    }
  }

  private List<Path> deepestFirst() throws IOException {
    try (Stream<Path> entries = Files.walk(path)) {
      return entries.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
