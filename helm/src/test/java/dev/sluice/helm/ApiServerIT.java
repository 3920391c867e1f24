package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart on a real API server, which knows more rules than its types say. Left out where
 * src/test/apiserver/install.sh has not built one.
 */
@Timeout(300)
class ApiServerIT {

  @TempDir private static Path folder;
  private static @Nullable ApiServer running;

  @BeforeAll
  static void start() throws Exception {
    Path built = built();
    assumeThat(built.resolve("complete"))
        .as("no API server was built here: run helm/src/test/apiserver/install.sh")
        .exists();
    ApiServer server = new ApiServer(built, folder);
    running = server;
    for (CustomDefinition definition : CustomDefinition.ALL) {
      String problem =
          server.create(
              "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.object());
      assertThat(problem).as(definition.kind()).isEmpty();
    }
    for (CustomDefinition definition : CustomDefinition.ALL) {
      server.await(() ->
          server
              .get("/apis/%s/%s".formatted(definition.group(), definition.version()))
              .toString()
              .contains('"' + definition.kind() + '"'));
    }
    server.create(
        "/api/v1/namespaces", Manifests.yaml("{metadata: {name: %s}}".formatted(Chart.NAMESPACE)));
  }

  /** Where install.sh puts it. */
  private static Path built() throws IOException {
    String version =
        Files.readAllLines(Chart.ROOT.resolve("helm/src/test/apiserver/install.sh")).stream()
            .filter(line -> line.startsWith("kubernetes="))
            .findFirst()
            .orElseThrow()
            .substring("kubernetes=".length());
    String cache = System.getenv("SLUICE_CACHE");
    Path home = Path.of(System.getProperty("user.home"), ".cache", "sluice");
    return (cache == null ? home : Path.of(cache)).resolve("kube-apiserver-" + version);
  }

  @AfterAll
  static void stop() {
    if (running != null) {
      running.close();
    }
  }

  private static ApiServer server() {
    return Objects.requireNonNull(running);
  }

  /** What the server says against an object, which it does not keep. */
  private static String problem(JsonNode object) throws IOException, InterruptedException {
    String version = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    String api = version.contains("/") ? "/apis/" + version : "/api/" + version;
    String plural =
        server()
            .get(api)
            .path("resources")
            .valueStream()
            .filter(resource -> resource.path("kind").asText().equals(kind))
            .map(resource -> resource.path("name").asText())
            .filter(name -> !name.contains("/"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no " + version + " " + kind));
    return server()
        .create(
            "%s/namespaces/%s/%s?dryRun=All&fieldValidation=Strict"
                .formatted(api, Chart.NAMESPACE, plural),
            object);
  }

  @Test
  void itTakesEverythingThatTheChartRenders() throws Exception {
    List<String> problems = new ArrayList<>();
    for (var variant : Variants.rendered().entrySet()) {
      for (JsonNode object : variant.getValue().objects()) {
        String problem = problem(object);
        if (!problem.isEmpty()) {
          problems.add(variant.getKey() + ": " + problem);
        }
      }
    }

    assertThat(problems).isEmpty();
  }

  @Test
  void itRefusesATypo() throws Exception {
    Manifests manifests = Chart.rendered(Chart.PATH.resolve("ci").resolve("gpu-values.yaml"));
    for (JsonNode object : manifests.objects()) {
      if (object.path("spec") instanceof ObjectNode spec) {
        spec.put("sluiceTypo", 1);
        assertThat(problem(object)).contains("spec.sluiceTypo");
      }
    }
  }

  @Test
  void helmInstallsUpgradesAndRemovesIt() throws Exception {
    Path config = server().kubeConfig();
    for (Path values : Chart.valuesFiles()) {
      Helm helm = new Helm(Chart.PATH);
      helm.install()
          .withKubeConfig(config)
          .withName("sluice")
          .withNamespace(Chart.NAMESPACE)
          .withValuesFile(values)
          .call();
      assertThat(deployments()).as("%s", values).isNotEmpty();

      helm.upgrade()
          .withKubeConfig(config)
          .withName("sluice")
          .withNamespace(Chart.NAMESPACE)
          .withValuesFile(values)
          .set("logLevel", "debug")
          .set("gateway.drainSeconds", 30)
          .call();
      assertThat(gateway().toString()).contains("\"terminationGracePeriodSeconds\":55");

      Helm.uninstall("sluice").withKubeConfig(config).withNamespace(Chart.NAMESPACE).call();
      assertThat(deployments()).as("%s", values).isEmpty();
    }
  }

  private static Set<String> deployments() throws Exception {
    Set<String> names = new TreeSet<>();
    for (String kind : List.of("deployments", "statefulsets")) {
      server()
          .get("/apis/apps/v1/namespaces/%s/%s".formatted(Chart.NAMESPACE, kind))
          .path("items")
          .forEach(item -> names.add(Manifests.name(item)));
    }
    return names;
  }

  private static JsonNode gateway() throws Exception {
    ObjectNode all = new ObjectMapper().createObjectNode();
    for (String kind : List.of("deployments", "statefulsets")) {
      all.set(
          kind, server().get("/apis/apps/v1/namespaces/%s/%s".formatted(Chart.NAMESPACE, kind)));
    }
    return all;
  }
}
