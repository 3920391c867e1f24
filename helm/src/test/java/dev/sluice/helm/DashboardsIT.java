package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.helm.ChartProcess.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every panel shows something: a real Prometheus scrapes a cluster that works, started with what
 * the chart gives it, and evaluates the panels' queries and the chart's rules. Text is written by a
 * model server, as the panels about its gate need one, and by the extractive model.
 */
@Timeout(600)
class DashboardsIT {

  private static final long PATIENCE = Duration.ofMinutes(5).toNanos();
  private static final long PAUSE = Duration.ofMillis(500).toNanos();

  private static final int SHOWN_SECONDS = 120;
  private static final String EXTRACTIVE = "settings: {}";

  @TempDir private Path folder;
  private final List<AutoCloseable> started = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : started.reversed()) {
      each.close();
    }
  }

  private <C extends AutoCloseable> C own(C resource) {
    started.add(resource);
    return resource;
  }

  @Test
  void everyPanelShowsDataOfARunningCluster() throws Exception {
    Promtool.installed("prometheus");
    Map<String, Integer> pages = new TreeMap<>();
    List<ClusterLoad> loads = new ArrayList<>();
    for (String text : List.of(EXTRACTIVE, writtenBy(own(new TextServer())))) {
      loads.add(own(new ClusterLoad("127.0.0.1:" + cluster(text, pages))));
    }
    JsonNode rules = Chart.rendered(values(EXTRACTIVE)).get("PrometheusRule", "sluice");
    Prometheus prometheus =
        own(Prometheus.start(Files.createDirectory(folder.resolve("p")), pages, rules));
    while (!prometheus.isReady()) {
      LockSupport.parkNanos(PAUSE);
    }

    List<Dashboards.Query> empty = new ArrayList<>(Dashboards.queries());
    long end = System.nanoTime() + PATIENCE;
    while (!empty.isEmpty() && System.nanoTime() < end) {
      loads.forEach(ClusterLoad::check);
      LockSupport.parkNanos(PAUSE);
      for (Dashboards.Query query : List.copyOf(empty)) {
        if (showsData(prometheus.query(query.over("20s")))) {
          empty.remove(query);
        }
      }
    }

    assertThat(empty).as("queries without data").isEmpty();
    draw(prometheus, loads);
    assertThat(prometheus.rules())
        .hasSizeGreaterThan(50)
        .allMatch(rule -> rule.path("health").asText().equals("ok"), "evaluated without an error");
  }

  private static String writtenBy(TextServer server) {
    return "modelServer: {placement: apart, kind: openai, model: words, addresses: ['"
        + server.address()
        + "']}";
  }

  /** Of the chart, with small heaps, so that there are collections to be seen. */
  private static String values(String text) {
    return """
    prometheusRule: {enabled: true}
    gateway: {quietSeconds: 0, javaOptions: -Xmx256m}
    services:
      embed: {quietSeconds: 0, javaOptions: -Xmx256m}
      rerank: {quietSeconds: 0, javaOptions: -Xmx256m}
      generate:
        quietSeconds: 0
        javaOptions: -Xmx256m
        %s
    """
        .formatted(text);
  }

  /** The picture of the README: {@code -Dsluice.picture=docs/overview.svg}. */
  private static void draw(Prometheus prometheus, List<ClusterLoad> loads) throws Exception {
    String file = System.getProperty("sluice.picture", "");
    if (!file.isEmpty()) {
      long start = Instant.now().getEpochSecond();
      while (Instant.now().getEpochSecond() < start + SHOWN_SECONDS) {
        loads.forEach(ClusterLoad::check);
        LockSupport.parkNanos(PAUSE);
      }
      var picture = new DashboardPicture(prometheus, "20s", start, start + SHOWN_SECONDS);
      JsonNode overview =
          Dashboards.all().stream()
              .filter(dashboard -> dashboard.path("uid").asText().equals("sluice-overview"))
              .findFirst()
              .orElseThrow();
      Files.writeString(Chart.ROOT.resolve(file), picture.draw(overview));
    }
  }

  /** Starts the four processes and gives the gateway's port. */
  private int cluster(String text, Map<String, Integer> pages) throws Exception {
    Manifests manifests = Chart.rendered(values(text));
    Map<String, String> targets = new HashMap<>();
    for (String service : SettingsSchema.SERVICES) {
      targets.put(
          "SLUICE_GATEWAY_" + service.toUpperCase(Locale.ROOT) + "_TARGET",
          "127.0.0.1:" + start(manifests.pod(service), Map.of(), pages).grpc());
    }
    return start(manifests.pod("gateway"), targets, pages).grpc();
  }

  private Ports start(Pod pod, Map<String, String> targets, Map<String, Integer> pages)
      throws Exception {
    Map<String, String> changed = new HashMap<>(ChartProcess.freePorts(pod.process()));
    changed.putAll(targets);
    Path own = Files.createTempDirectory(folder, pod.process());
    Ports ports = own(ChartProcess.start(pod, own, changed)).awaitReady();
    pages.put(pod.process() + "-" + pages.size(), ports.management());
    return ports;
  }

  /** A histogram without observations gives NaN, which Grafana does not show. */
  private static boolean showsData(List<JsonNode> series) {
    return series.stream().anyMatch(each -> !each.at("/value/1").asText().equals("NaN"));
  }
}
