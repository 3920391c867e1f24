package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who reaches whom: services, policies and ways in fit the pods. */
class NetworkTest {

  private static final Pattern TARGET = Pattern.compile("dns:///([a-z-]+)\\.search\\.svc:(\\d+)");

  private static final String CALLERS = "gateway: {access: {apiKeys: {secret: callers}}}\n";

  private static List<String> selected(Manifests manifests, JsonNode selector) {
    return manifests.pods().stream()
        .filter(pod -> pod.isSelectedBy(selector))
        .map(Pod::process)
        .toList();
  }

  @Test
  void aServiceSelectsThePodsOfItsProcessAlone() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (JsonNode service : manifests.all("Service")) {
            String process = service.at("/metadata/labels/app.kubernetes.io~1component").asText();
            assertThat(selected(manifests, service.at("/spec/selector")))
                .as("%s: %s", variant, Manifests.name(service))
                .containsExactly(process);
          }
        });
  }

  @Test
  void portsOfServicesArePortsOfThePods() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (JsonNode service : manifests.all("Service")) {
            Pod pod = manifests.pod(selected(manifests, service.at("/spec/selector")).getFirst());
            for (JsonNode port : service.at("/spec/ports")) {
              assertThat(pod.port(port.path("targetPort").asText()))
                  .as("%s: %s", variant, Manifests.name(service))
                  .isEqualTo(port.path("port").asInt());
            }
          }
        });
  }

  @Test
  void workloadsAndBudgetsSelectTheirOwnPods() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (Pod pod : manifests.pods()) {
            assertThat(selected(manifests, pod.workload().at("/spec/selector/matchLabels")))
                .as(variant)
                .containsExactly(pod.process());
          }
          for (JsonNode budget : manifests.all("PodDisruptionBudget")) {
            assertThat(selected(manifests, budget.at("/spec/selector/matchLabels"))).hasSize(1);
          }
        });
  }

  @Test
  void theGatewayBalancesOverTheAddressesOfEveryServicesPods() {
    Manifests manifests = Chart.rendered();
    for (String service : SettingsSchema.SERVICES) {
      String key = "SLUICE_GATEWAY_" + service.toUpperCase(Locale.ROOT) + "_TARGET";
      Matcher target = TARGET.matcher(manifests.pod("gateway").environment().getOrDefault(key, ""));

      assertThat(target.matches()).as(key).isTrue();
      JsonNode named = manifests.get("Service", target.group(1));
      assertThat(named.at("/spec/clusterIP").asText()).isEqualTo("None");
      assertThat(selected(manifests, named.at("/spec/selector"))).containsExactly(service);
      assertThat(manifests.pod(service).port("grpc")).isEqualTo(Integer.parseInt(target.group(2)));
    }
  }

  @Test
  void aServiceElsewhereIsReachedAtItsAddress() {
    Manifests manifests = Chart.rendered("services: {rerank: {address: 'dns:///r.models.svc:1'}}");

    assertThat(manifests.pod("gateway").environment())
        .containsEntry("SLUICE_GATEWAY_RERANK_TARGET", "dns:///r.models.svc:1");
    assertThat(manifests.names("Service")).doesNotContain("sluice-rerank");
  }

  @Test
  void everyPodHasAPolicy() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          if (!manifests.all("NetworkPolicy").isEmpty()) {
            assertThat(manifests.all("NetworkPolicy"))
                .as(variant)
                .flatExtracting(
                    policy -> selected(manifests, policy.at("/spec/podSelector/matchLabels")))
                .containsExactlyInAnyOrderElementsOf(
                    manifests.pods().stream().map(Pod::process).toList());
          }
        });
  }

  @Test
  void onlyTheGatewayReachesTheServices() {
    Manifests manifests = Chart.rendered(Chart.PATH.resolve("ci").resolve("gpu-values.yaml"));
    for (String service : SettingsSchema.SERVICES) {
      JsonNode rule = rule(manifests, service, "grpc");

      assertThat(rule.path("from")).hasSize(1);
      assertThat(rule.at("/from/0").size()).as("pods of this namespace").isEqualTo(1);
      assertThat(selected(manifests, rule.at("/from/0/podSelector/matchLabels")))
          .containsExactly("gateway");
    }
  }

  @Test
  void onlyMonitoringReachesTheManagementPorts() {
    Manifests manifests = Chart.rendered();
    for (Pod pod : manifests.pods()) {
      JsonNode rule = rule(manifests, pod.process(), "management");

      assertThat(rule.path("from")).hasSize(1);
      assertThat(rule.at("/from/0/namespaceSelector/matchLabels"))
          .isEqualTo(Manifests.yaml("kubernetes.io/metadata.name: monitoring"));
    }
  }

  @Test
  void nothingElseIsOpen() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (JsonNode policy : manifests.all("NetworkPolicy")) {
            assertThat(policy.at("/spec/ingress").valueStream())
                .as(variant)
                .allMatch(rule ->
                    rule.path("ports").size() == 1
                        && List.of("grpc", "management")
                            .contains(rule.at("/ports/0/port").asText()));
            assertThat(policy.at("/spec/policyTypes/0").asText()).isEqualTo("Ingress");
          }
        });
  }

  @Test
  void withoutMonitoringNobodyReachesTheManagementPorts() {
    Manifests manifests = Chart.rendered("networkPolicy: {monitoring: []}");

    assertThat(manifests.all("NetworkPolicy"))
        .allMatch(policy -> policy.at("/spec/ingress").size() == 1);
  }

  @Test
  void callersOfTheGatewayCanBeChosen() {
    Manifests manifests =
        Chart.rendered(
            "networkPolicy: {clients: [{namespaceLabels: {team: a}, podLabels: {app: b}}]}");

    assertThat(rule(manifests, "gateway", "grpc").path("from"))
        .isEqualTo(
            Manifests.yaml(
                """
                - namespaceSelector: {matchLabels: {team: a}}
                  podSelector: {matchLabels: {app: b}}
                """));
    assertThat(rule(Chart.rendered(), "gateway", "grpc").has("from")).isFalse();
  }

  private static JsonNode rule(Manifests manifests, String process, String port) {
    return manifests
        .get("NetworkPolicy", "sluice-" + process)
        .at("/spec/ingress")
        .valueStream()
        .filter(rule -> rule.at("/ports/0/port").asText().equals(port))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theMonitorReadsEveryProcessOnce() {
    Manifests manifests = Chart.rendered("serviceMonitor: {enabled: true}");
    JsonNode monitor = manifests.get("ServiceMonitor", "sluice");
    JsonNode labels = monitor.at("/spec/selector/matchLabels");
    List<JsonNode> read =
        manifests.all("Service").stream()
            .filter(service -> has(service.at("/metadata/labels"), labels))
            .toList();

    assertThat(read)
        .flatExtracting(service -> selected(manifests, service.at("/spec/selector")))
        .containsExactlyInAnyOrder("embed", "rerank", "generate", "gateway");
    assertThat(read)
        .allMatch(service ->
            service
                .at("/spec/ports")
                .valueStream()
                .anyMatch(port -> port.path("name").equals(monitor.at("/spec/endpoints/0/port"))));
  }

  private static boolean has(JsonNode labels, JsonNode wanted) {
    return wanted
        .propertyStream()
        .allMatch(label -> labels.path(label.getKey()).equals(label.getValue()));
  }

  @Test
  void callersFromOutsideReachTheContractsAndHealthChecksAlone() throws IOException {
    TreeSet<String> contracts = new TreeSet<>(contracts());
    contracts.add("grpc.health.v1.Health");
    // For operators, who have their own way in, and not served by the gateway.
    contracts.remove("sluice.gateway.v1.SnapshotService");
    contracts.remove("sluice.model.v1.ModelAdminService");
    contracts.remove("sluice.retriever.v1.RetrieverService");

    JsonNode route =
        Chart.rendered(CALLERS + "grpcRoute: {enabled: true, parents: [{name: public}]}")
            .get("GRPCRoute", "sluice-gateway");
    assertThat(
            route
                .at("/spec/rules")
                .valueStream()
                .flatMap(rule -> rule.path("matches").valueStream())
                .map(match -> match.at("/method/service").asText()))
        .containsExactlyElementsOf(contracts);

    JsonNode ingress =
        Chart.rendered(CALLERS + "ingress: {enabled: true, host: a.example.com}")
            .get("Ingress", "sluice-gateway");
    assertThat(
            ingress
                .at("/spec/rules/0/http/paths")
                .valueStream()
                .map(path -> path.path("path").asText().substring(1)))
        .containsExactlyElementsOf(contracts);
  }

  private static List<String> contracts() throws IOException {
    Path protos = Chart.ROOT.resolve("proto/src/main/proto");
    try (Stream<Path> files = Files.walk(protos)) {
      return files
          .filter(file -> file.toString().endsWith(".proto"))
          .map(NetworkTest::text)
          .flatMap(text -> names(text, "service ([A-Za-z]+) \\{", name -> packageOf(text) + name))
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String packageOf(String text) {
    return names(text, "package ([a-z0-9.]+);", name -> name + ".").findFirst().orElseThrow();
  }

  private static Stream<String> names(String text, String line, UnaryOperator<String> change) {
    return Pattern.compile("^" + line, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(found -> change.apply(found.group(1)));
  }

  @Test
  void waysInEndAtTheGatewaysService() {
    Manifests manifests =
        Chart.rendered(
            CALLERS
                + """
                grpcRoute: {enabled: true, parents: [{name: public, sectionName: grpc}]}
                ingress: {enabled: true, host: a.example.com, tlsSecret: tls}
                """);
    JsonNode service = manifests.get("Service", "sluice-gateway");
    JsonNode route = manifests.get("GRPCRoute", "sluice-gateway");
    JsonNode path = manifests.get("Ingress", "sluice-gateway").at("/spec/rules/0/http/paths/0");

    assertThat(route.at("/spec/rules/0/backendRefs/0/name").asText()).isEqualTo("sluice-gateway");
    assertThat(route.at("/spec/rules/0/backendRefs/0/port"))
        .isEqualTo(service.at("/spec/ports/0/port"));
    assertThat(path.at("/backend/service/name").asText()).isEqualTo("sluice-gateway");
    assertThat(path.at("/backend/service/port/name")).isEqualTo(service.at("/spec/ports/0/name"));
  }
}
