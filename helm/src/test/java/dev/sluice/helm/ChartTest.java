package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartTest {

  @Test
  void helmFindsNothingToComplainAbout() {
    LintResult result = new Helm(Chart.PATH).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages())
        .noneMatch(message -> message.startsWith("[WARNING]") || message.startsWith("[ERROR]"));
  }

  @Test
  void everythingRenderedIsWhatKubernetesTakes() {
    List<String> problems = new ArrayList<>();
    Variants.rendered()
        .forEach((variant, manifests) -> {
          assertThat(manifests.objects()).as(variant).isNotEmpty();
          for (JsonNode object : manifests.objects()) {
            String at =
                variant + ": " + object.path("kind").asText() + " " + Manifests.name(object);
            KubernetesApi.problems(object).forEach(problem -> problems.add(at + ": " + problem));
          }
        });

    assertThat(problems).isEmpty();
  }

  @Test
  void noObjectIsThereTwice() {
    Variants.rendered()
        .forEach((variant, manifests) ->
            assertThat(manifests.objects())
                .as(variant)
                .extracting(object -> object.path("kind").asText() + " " + Manifests.name(object))
                .doesNotHaveDuplicates());
  }

  @Test
  void namesAreValidWhateverTheReleaseIsCalled() {
    for (String release :
        List.of("r", "a.b", "a-release-whose-name-is-as-long-as-helm-lets-it-be.x")) {
      Manifests manifests = Chart.renderedAs(release);
      assertThat(manifests.objects())
          .allMatch(object -> Manifests.name(object).matches("[a-z]([a-z0-9-]{0,61}[a-z0-9])"));
      // The label with a StatefulSet's revision is its name and eleven characters.
      assertThat(manifests.names("StatefulSet")).allMatch(name -> name.length() <= 52);
    }
  }

  @Test
  void theSmallClusterIsWholeAndNeedsNoGpu() {
    Manifests small = Chart.rendered(Chart.PATH.resolve("ci").resolve("cpu-values.yaml"));

    assertThat(small.pods())
        .extracting(Pod::process)
        .containsExactlyInAnyOrder("embed", "rerank", "generate", "gateway");
    assertThat(small.pods()).allMatch(pod -> pod.workload().at("/spec/replicas").asInt() == 1);
    assertThat(small.objects()).noneMatch(object -> object.toString().contains("gpu"));
  }

  @Test
  void itBelongsToThisVersionOfSluice() throws IOException {
    String pom = Files.readString(Chart.ROOT.resolve("pom.xml"));
    String version = Manifests.yaml(Chart.text("Chart.yaml")).path("appVersion").asText();

    assertThat(pom).contains("<artifactId>sluice</artifactId>\n  <version>" + version + "<");
    assertThat(Chart.rendered().pod("embed").container().path("image").asText())
        .isEqualTo("sluice-embed:" + version);
  }

  @Test
  void imagesAreNamedAfterTheirProcess() {
    Manifests manifests = Chart.rendered("image: {registry: r.example.com, tag: \"2\"}");

    assertThat(manifests.pods())
        .allMatch(pod ->
            pod.container()
                .path("image")
                .asText()
                .equals("r.example.com/sluice-" + pod.process() + ":2"));
  }

  @Test
  void valuesAreShortEnoughToBeRead() {
    assertThat(Chart.text("values.yaml").lines().count()).isLessThan(400);
  }

  @Test
  void theNotesSayWhereCallersGo() {
    assertThat(
            Chart.notes(
                """
                gateway: {access: {apiKeys: {secret: callers}}}
                ingress: {enabled: true, host: ask.example.com, tlsSecret: tls}
                """))
        .doesNotContain("Nobody is asked")
        .contains("port-forward service/sluice-gateway 7400:7400")
        .contains("dns:///sluice-gateway-headless.search.svc:7400")
        .contains("ask.example.com:443")
        .contains("wait-for-ready");
  }

  @Test
  void theNotesSayWhoMayCall() {
    assertThat(Chart.notes("{}"))
        .contains("everybody in the cluster who reaches the gateway may read, change and delete");
    assertThat(
            Chart.notes(
                "{ingress: {enabled: true, host: a}, gateway: {access: {anonymous: true}}}"))
        .contains("everybody in the cluster, and outside of it, who reaches the gateway may read");
    assertThat(Chart.notes("tls: {enabled: true, clientCertificates: true}"))
        .contains("Callers need a certificate")
        .doesNotContain("Nobody is asked");
  }

  @Test
  void theNotesWarnOfModelServersThatEverybodyReaches() {
    String beside =
        """
        services:
          embed: {modelServer: {placement: beside, model: a, image: b, repository: {claim: c}}}
        """;
    String warning =
        "every pod of the cluster can call the model servers beside embed on port 8000";

    assertThat(Chart.notes(beside + "networkPolicy: {enabled: false}\ntls: {enabled: true}\n"))
        .contains(warning);
    assertThat(Chart.notes(beside + "networkPolicy: {enabled: false}\n")).contains(warning);
    assertThat(Chart.notes(beside)).doesNotContain(warning);
    assertThat(Chart.notes("networkPolicy: {enabled: false}"))
        .doesNotContain("model servers beside");
  }

  @Test
  void theNotesNameTheMetricThatAnAutoscalerNeeds() {
    assertThat(Chart.notes("services: {rerank: {autoscaling: {hpa: {enabled: true}}}}"))
        .contains("The rerank-service is scaled by the metric sluice_queue_drain_seconds")
        .contains("/namespaces/search/pods/*/sluice_queue_drain_seconds");
  }
}
