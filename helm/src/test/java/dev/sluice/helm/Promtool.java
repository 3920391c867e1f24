package dev.sluice.helm;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus's own programs, of Debian's package: tests that need them are left out without it. */
final class Promtool {

  private Promtool() {}

  /**
   * Skips the test where the program is not installed.
   *
   * @param program "prometheus" or "promtool"
   */
  static Path installed(String program) {
    List<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .toList();
    assumeThat(found)
        .as("%s is not installed here: apt-get install prometheus", program)
        .isNotEmpty();
    return found.getFirst();
  }

  /** The rules as Prometheus reads them from a file: JSON is YAML. */
  static void write(JsonNode prometheusRule, Path file) throws IOException {
    Files.writeString(file, prometheusRule.path("spec").toString());
  }

  /** What it says, and how it ended. */
  record Result(int code, String output) {}

  static Result run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of(installed("promtool").toString()), Stream.of(arguments)).toList();
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
