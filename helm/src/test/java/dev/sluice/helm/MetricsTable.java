package dev.sluice.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metrics of docs/metrics.md, which a test of standalone holds against the running processes.
 */
record MetricsTable(Set<String> names) {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|");

  static MetricsTable read() {
    try {
      String page = Files.readString(Chart.ROOT.resolve("docs").resolve("metrics.md"));
      return new MetricsTable(
          ROW.matcher(page)
              .results()
              .flatMap(row -> MetricsTable.series(row.group(1), row.group(2)))
              .collect(Collectors.toSet()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of a metric's series. */
  private static Stream<String> series(String name, String type) {
    return switch (type) {
      case "histogram" -> Stream.of("_bucket", "_sum", "_count", "_max").map(name::concat);
      case "summary" -> Stream.of("_sum", "_count", "_max").map(name::concat);
      default -> Stream.of(name);
    };
  }
}
