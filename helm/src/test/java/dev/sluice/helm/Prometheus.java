package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.serving.network.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real Prometheus that scrapes processes of this machine each second, with the labels that the
 * chart's ServiceMonitor gives, and evaluates the chart's rules. {@link #close} ends it.
 */
final class Prometheus implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EACH = "1s";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String address;

  private Prometheus(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * @param targets management ports by pod, as "embed-0"
   */
  static Prometheus start(Path folder, Map<String, Integer> targets, JsonNode rules)
      throws IOException {
    Path program = Promtool.installed("prometheus");
    Promtool.write(often(rules), folder.resolve("rules.yaml"));
    Files.writeString(folder.resolve("prometheus.yaml"), configuration(targets).toString());
    String address = "127.0.0.1:" + FreePort.any();
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=prometheus.yaml",
                "--storage.tsdb.path=data",
                "--web.listen-address=" + address)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new Prometheus(process, address);
  }

  /** Groups of rules are evaluated once in minutes, for which no test waits. */
  private static JsonNode often(JsonNode prometheusRule) {
    JsonNode changed = prometheusRule.deepCopy();
    changed.at("/spec/groups").forEach(group -> ((ObjectNode) group).put("interval", EACH));
    return changed;
  }

  private static ObjectNode configuration(Map<String, Integer> targets) {
    ObjectNode configuration = JSON.createObjectNode();
    configuration.withObject("/global").put("scrape_interval", EACH).put("scrape_timeout", EACH);
    configuration.withArray("/rule_files").add("rules.yaml");
    ObjectNode job = configuration.withArray("/scrape_configs").addObject();
    job.put("job_name", "sluice");
    targets.forEach((name, port) -> {
      ObjectNode target = job.withArray("/static_configs").addObject();
      target.withArray("/targets").add("127.0.0.1:" + port);
      target
          .withObject("/labels")
          .put("namespace", Chart.NAMESPACE)
          .put("process", name.substring(0, name.indexOf('-')))
          .put("pod", name);
    });
    return configuration;
  }

  /** Series that the expression gives now: their labels in "metric", the last point in "value". */
  List<JsonNode> query(String expression) throws IOException, InterruptedException {
    return result("/api/v1/query?query=" + encoded(expression));
  }

  /** Series over time, their points in "values". Times are seconds since 1970. */
  List<JsonNode> query(String expression, long start, long end, long step)
      throws IOException, InterruptedException {
    return result(
        "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(encoded(expression), start, end, step));
  }

  private List<JsonNode> result(String path) throws IOException, InterruptedException {
    return get(path).at("/data/result").valueStream().toList();
  }

  /** All rules, with how their last evaluation went. */
  List<JsonNode> rules() throws IOException, InterruptedException {
    return get("/api/v1/rules")
        .at("/data/groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream())
        .toList();
  }

  /** Whether it takes queries yet. */
  boolean isReady() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Prometheus ended; see prometheus.log");
    }
    try {
      return client.send(request("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    JsonNode answer = JSON.readTree(client.send(request(path), BodyHandlers.ofString()).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalStateException(answer.path("error").asText());
    }
    return answer;
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path))
        .timeout(Duration.ofMinutes(1))
        .build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    client.close();
  }
}
