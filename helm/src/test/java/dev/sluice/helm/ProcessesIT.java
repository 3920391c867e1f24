package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.helm.ChartProcess.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart sets is what the processes read: they start with it, and answer its probes. */
class ProcessesIT {

  private static final String VALUES =
      """
      gateway: {quietSeconds: 0}
      services:
        embed: {quietSeconds: 0, autoscaling: &scaled {keda: {enabled: true}}, adminToken: {secret: a}}
        rerank: {quietSeconds: 0, autoscaling: *scaled, settings: {CACHE_MIB: 16}}
        generate: {quietSeconds: 0, autoscaling: *scaled}
      keda: {prometheus: "http://prometheus:9090"}
      """;

  private static final Pattern SERIES = Pattern.compile("sluice_[a-z_]+");

  @TempDir private Path folder;
  private final List<ChartProcess> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(ChartProcess::close);
  }

  @Test
  void everyProcessStartsWithWhatTheChartGivesItAndDrainsWhenItIsAskedToStop() throws Exception {
    Manifests manifests = Chart.rendered(VALUES);
    Map<String, String> targets = new HashMap<>();
    for (String service : SettingsSchema.SERVICES) {
      Ports ports = start(manifests.pod(service), Map.of());
      assertThat(page(ports, "/metrics").body())
          .contains(series(manifests.get("ScaledObject", "sluice-" + service)));
      targets.put(
          "SLUICE_GATEWAY_" + service.toUpperCase(Locale.ROOT) + "_TARGET",
          "127.0.0.1:" + ports.grpc());
    }
    start(manifests.pod("gateway"), targets);

    // 128 + SIGTERM: none had to be killed.
    for (ChartProcess process : started) {
      assertThat(process.terminate()).isEqualTo(143);
    }
  }

  private Ports start(Pod pod, Map<String, String> targets) throws Exception {
    Map<String, String> changed = new HashMap<>(ChartProcess.freePorts(pod.process()));
    changed.putAll(targets);
    ChartProcess process = ChartProcess.start(pod, folder.resolve(pod.process()), changed);
    started.add(process);
    Ports ports = process.awaitReady();
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      String path = pod.container().path(probe).at("/httpGet/path").asText();
      assertThat(page(ports, path).statusCode())
          .as("%s of %s", probe, pod.process())
          .isEqualTo(200);
    }
    return ports;
  }

  /** What an autoscaler asks Prometheus for. */
  private static List<String> series(JsonNode scaled) {
    return SERIES
        .matcher(scaled.at("/spec/triggers").toString())
        .results()
        .map(found -> "\n" + found.group() + "{")
        .distinct()
        .toList();
  }

  private static HttpResponse<String> page(Ports ports, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:" + ports.management() + path);
      return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
    }
  }
}
