package dev.sluice.standalone.cli;

import dev.sluice.standalone.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** This project's own README and docs, which are at hand for anyone who tries it. */
final class ProjectPages {

  private ProjectPages() {}

  /** Where they lie: in the folder of {@code ./sluice}, else in the current one. */
  static List<Path> find() {
    Path root = Path.of(System.getProperty("sluice.root", ""));
    List<Path> pages =
        Stream.of("README.md", "docs").map(root::resolve).filter(Files::exists).toList();
    if (pages.isEmpty()) {
      throw new CommandFailure(
          "there is neither README.md nor docs in "
              + root.toAbsolutePath()
              + ": run this in the project's folder");
    }
    return pages;
  }
}
