package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart asks Prometheus for is there to be asked for. */
class MetricNamesTest {

  private static final Pattern NAME =
      Pattern.compile("\\b(?:sluice|grpc_server|grpc_client|jvm|process|netty|system)_[a-z_]+");

  @Test
  void everyMetricThatTheChartNamesIsInThePageOfMetrics() throws IOException {
    Set<String> named = named();

    assertThat(named).hasSizeGreaterThan(5).contains("sluice_queue_drain_seconds");
    assertThat(MetricsTable.read().names()).containsAll(named);
  }

  /** In templates, dashboards and what the chart tells people. */
  private static Set<String> named() throws IOException {
    try (Stream<Path> files = Files.walk(Chart.PATH)) {
      return files
          .filter(Files::isRegularFile)
          .flatMap(file -> NAME.matcher(text(file)).results())
          .map(MatchResult::group)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
