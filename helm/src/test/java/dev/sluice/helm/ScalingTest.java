package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Services are scaled one by one, by how long their queues take to drain. */
class ScalingTest {

  private static final String APART =
      "modelServer: {placement: apart, kind: openai, model: a, addresses: ['http://a:8000/v1']}";

  private static Manifests by(String scaler, String more) {
    return Chart.rendered(
        """
        keda: {prometheus: "http://prometheus:9090"}
        services:
          embed: {autoscaling: {queueSeconds: 0.5, %s: {enabled: true}}}
          generate: {autoscaling: {%s: {enabled: true}}%s}
        """
            .formatted(scaler, scaler, more.isEmpty() ? "" : ", " + more));
  }

  @Test
  void theAutoscalerDecidesTheReplicasOfItsServiceAlone() {
    for (String scaler : List.of("hpa", "keda")) {
      Manifests manifests = by(scaler, "");

      assertThat(manifests.pod("embed").workload().path("spec").has("replicas")).isFalse();
      assertThat(manifests.pod("rerank").workload().at("/spec/replicas").asInt()).isEqualTo(2);
    }
  }

  @Test
  void anAutoscalerNamesTheDeploymentOfItsService() {
    Manifests hpa = by("hpa", "");
    Manifests keda = by("keda", "");

    assertThat(hpa.all("HorizontalPodAutoscaler"))
        .hasSize(2)
        .allMatch(each ->
            hpa.names("Deployment").contains(each.at("/spec/scaleTargetRef/name").asText())
                && each.at("/spec/scaleTargetRef/kind").asText().equals("Deployment"));
    assertThat(keda.all("ScaledObject"))
        .hasSize(2)
        .allMatch(each ->
            keda.names("Deployment").contains(each.at("/spec/scaleTargetRef/name").asText()));
  }

  @Test
  void hpasMeasureTheDrainOfEachPod() {
    JsonNode metric =
        by("hpa", "").get("HorizontalPodAutoscaler", "sluice-embed").at("/spec/metrics/0");

    assertThat(metric.at("/pods/metric/name").asText()).isEqualTo("sluice_queue_drain_seconds");
    assertThat(metric.at("/pods/target/averageValue").asText()).isEqualTo("500m");
  }

  @Test
  void hpasCountTheProcessorsOfTheServicesOwnContainer() {
    Manifests manifests = by("hpa", "");
    JsonNode metric =
        manifests.get("HorizontalPodAutoscaler", "sluice-embed").at("/spec/metrics/1");
    JsonNode container = manifests.pod("embed").container();

    assertThat(metric.at("/containerResource/container")).isEqualTo(container.path("name"));
    assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
  }

  @Test
  void kedaAddsReplicasUntilTheWaitingWorkDrainsInTime() {
    JsonNode trigger = by("keda", "").get("ScaledObject", "sluice-embed").at("/spec/triggers/0");

    assertThat(trigger.at("/metadata/query").asText())
        .isEqualTo(
            "sum(sluice_queue_drain_seconds{namespace=\"search\",service=\"sluice-embed\"})");
    assertThat(trigger.at("/metadata/threshold").asText()).isEqualTo("0.5");
    assertThat(trigger.path("metricType").asText()).isEqualTo("AverageValue");
  }

  @Test
  void textServersAreScaledByTheTokensBeforeTheGate() {
    Manifests keda = by("keda", APART);
    Manifests hpa = by("hpa", APART);

    assertThat(
            keda.get("ScaledObject", "sluice-generate")
                .at("/spec/triggers/0/metadata/query")
                .asText())
        .startsWith("sum(sluice_gate_waiting_tokens{");
    assertThat(
            hpa.get("HorizontalPodAutoscaler", "sluice-generate")
                .at("/spec/metrics/0/pods/metric/name")
                .asText())
        .isEqualTo("sluice_gate_oldest_age_seconds");
  }

  @Test
  void scalingDownTakesOnePodAMinute() {
    JsonNode down = Manifests.yaml("[{type: Pods, value: 1, periodSeconds: 60}]");

    assertThat(
            by("hpa", "")
                .get("HorizontalPodAutoscaler", "sluice-embed")
                .at("/spec/behavior/scaleDown/policies"))
        .isEqualTo(down);
    assertThat(
            by("keda", "")
                .get("ScaledObject", "sluice-embed")
                .at("/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/policies"))
        .isEqualTo(down);
  }

  @Test
  void replicasAreSpreadOverZonesAndNodes() {
    for (Pod pod : Chart.rendered().pods()) {
      if (!pod.process().equals("gateway")) {
        assertThat(pod.spec().path("topologySpreadConstraints"))
            .hasSize(2)
            .allMatch(spread -> pod.isSelectedBy(spread.at("/labelSelector/matchLabels")));
      }
    }
  }
}
