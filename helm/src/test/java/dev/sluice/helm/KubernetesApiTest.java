package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The check of rendered objects can fail. */
class KubernetesApiTest {

  /** Whose keys anybody may choose. */
  private static final Set<String> MAPS =
      Set.of(
          "data",
          "labels",
          "annotations",
          "matchLabels",
          "selector",
          "nodeSelector",
          "requests",
          "limits");

  private static final String TYPO = "sluiceTypo";

  private static List<JsonNode> objects() {
    List<JsonNode> objects = new ArrayList<>();
    for (Path values : Chart.valuesFiles()) {
      objects.addAll(Chart.rendered(values).objects());
    }
    return objects;
  }

  @Test
  void itKnowsEveryKindThatTheChartMakes() {
    assertThat(objects())
        .extracting(object -> object.path("kind").asText())
        .contains(
            "Deployment",
            "StatefulSet",
            "Service",
            "ServiceAccount",
            "PodDisruptionBudget",
            "NetworkPolicy",
            "Ingress",
            "GRPCRoute",
            "HorizontalPodAutoscaler",
            "ScaledObject",
            "ServiceMonitor",
            "PrometheusRule",
            "ConfigMap");
  }

  @Test
  void anUnknownFieldIsFoundWhereverItStands() {
    List<String> missed = new ArrayList<>();
    for (JsonNode object : objects()) {
      JsonNode changed = object.deepCopy();
      for (ObjectNode place : places(changed)) {
        place.put(TYPO, "x");
        if (KubernetesApi.problems(changed).isEmpty()) {
          missed.add(object.path("kind").asText() + ": " + place);
        }
        place.remove(TYPO);
      }
    }

    assertThat(missed).isEmpty();
  }

  /** All objects in it but maps, and what a trigger of KEDA's is given, which it knows alone. */
  private static List<ObjectNode> places(JsonNode node) {
    List<ObjectNode> places = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      places.add(object);
    }
    node.propertyStream()
        .filter(child -> !isMap(child.getKey(), child.getValue()))
        .forEach(child -> places.addAll(places(child.getValue())));
    if (node.isArray()) {
      node.forEach(child -> places.addAll(places(child)));
    }
    return places;
  }

  private static boolean isMap(String name, JsonNode node) {
    return (MAPS.contains(name) && !node.has("matchLabels")) || node.has("serverAddress");
  }

  @Test
  void aNumberWhereTextIsMeantIsFound() {
    JsonNode pod = Chart.rendered().get("Deployment", "sluice-embed");
    ((ObjectNode) pod.at("/spec/template/spec/containers/0/env/0")).put("value", 7401);

    assertThat(KubernetesApi.problems(pod)).singleElement().asString().contains("/env/0/value");
  }

  @Test
  void textWhereANumberIsMeantIsFound() {
    JsonNode deployment = Chart.rendered().get("Deployment", "sluice-embed");
    ((ObjectNode) deployment.path("spec")).put("replicas", "two");

    assertThat(KubernetesApi.problems(deployment)).isNotEmpty();
  }

  @Test
  void aMissingFieldIsFound() {
    JsonNode deployment = Chart.rendered().get("Deployment", "sluice-embed");
    ((ObjectNode) deployment.path("spec")).remove("selector");

    assertThat(KubernetesApi.problems(deployment)).singleElement().asString().contains("selector");
  }

  @Test
  void aTypoInACustomResourceIsFound() {
    JsonNode scaled =
        Chart.rendered(Chart.PATH.resolve("ci").resolve("gpu-values.yaml"))
            .get("ScaledObject", "sluice-embed");
    ObjectNode spec = (ObjectNode) scaled.path("spec");
    spec.set("maxReplicasCount", spec.remove("maxReplicaCount"));

    assertThat(KubernetesApi.problems(scaled))
        .singleElement()
        .asString()
        .contains("maxReplicasCount");
  }

  @Test
  void anUnknownKindIsFound() {
    assertThat(KubernetesApi.problems(Manifests.yaml("{apiVersion: apps/v1, kind: Deploymant}")))
        .containsExactly("no such kind: apps/v1 Deploymant");
  }
}
