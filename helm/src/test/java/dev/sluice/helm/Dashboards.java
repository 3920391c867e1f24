package dev.sluice.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Grafana's dashboards in the chart, and the queries of their panels. */
final class Dashboards {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Chart.PATH.resolve("dashboards");

  /**
   * What a panel asks Prometheus for.
   *
   * @param legend of each series, with names of labels in double braces
   */
  record Query(String dashboard, String panel, String expression, String legend) {

    /** As Grafana sends it for one release and all of its replicas, with rates over so long. */
    String over(String interval) {
      return expression
          .replace("$__rate_interval", interval)
          .replace("$namespace", Chart.NAMESPACE)
          .replace("$job", "sluice")
          .replaceAll("\\$(process|pod|model)", ".+");
    }

    @Override
    public String toString() {
      return dashboard + ", " + panel + ": " + expression;
    }
  }

  private Dashboards() {}

  static List<JsonNode> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(Dashboards::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows are left out. */
  static List<JsonNode> panels(JsonNode dashboard) {
    return dashboard
        .path("panels")
        .valueStream()
        .filter(panel -> !panel.path("type").asText().equals("row"))
        .toList();
  }

  static List<Query> queries() {
    return all().stream().flatMap(Dashboards::queries).toList();
  }

  private static Stream<Query> queries(JsonNode dashboard) {
    return panels(dashboard).stream()
        .flatMap(panel ->
            panel
                .path("targets")
                .valueStream()
                .map(target ->
                    new Query(
                        dashboard.path("title").asText(),
                        panel.path("title").asText(),
                        target.path("expr").asText(),
                        target.path("legendFormat").asText())));
  }
}
