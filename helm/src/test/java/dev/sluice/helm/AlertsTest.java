package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts, as promtool sees them. Their unit tests are in resources/alerts. */
class AlertsTest {

  private static final Path TESTS = Chart.ROOT.resolve("helm").resolve("src/test/resources/alerts");

  @TempDir private Path folder;

  private static JsonNode rendered(String more) {
    return Chart.rendered("prometheusRule: {enabled: true}\n" + more)
        .get("PrometheusRule", "sluice");
  }

  private static List<JsonNode> rules(JsonNode prometheusRule, String kind) {
    List<JsonNode> rules = new ArrayList<>();
    prometheusRule.at("/spec/groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules.stream().filter(rule -> rule.has(kind)).toList();
  }

  private static List<String> testFiles() throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void promtoolFindsNoFault() throws Exception {
    for (JsonNode rule :
        List.of(
            rendered(""),
            Chart.rendered(Chart.PATH.resolve("ci").resolve("gpu-values.yaml"))
                .get("PrometheusRule", "sluice"),
            rendered("objectives: {searchLatency: {milliseconds: 2000, percent: 95}}"))) {
      Promtool.write(rule, folder.resolve("rules.yaml"));

      Promtool.Result result = Promtool.run(folder, "check", "rules", "--lint-fatal", "rules.yaml");

      assertThat(result.code()).as(result.output()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("testFiles")
  void alertsAreSentWhenTheyShould(String file) throws Exception {
    Promtool.write(rendered(""), folder.resolve("rules.yaml"));
    Files.copy(TESTS.resolve(file), folder.resolve(file));

    Promtool.Result result = Promtool.run(folder, "test", "rules", file);

    assertThat(result.code()).as(result.output()).isZero();
  }

  @Test
  void everyAlertHasATestInWhichItIsSentAndOneInWhichItIsNot() throws IOException {
    Set<String> sent = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (String file : testFiles()) {
      for (JsonNode test : Manifests.yaml(Files.readString(TESTS.resolve(file))).path("tests")) {
        for (JsonNode expected : test.path("alert_rule_test")) {
          (expected.path("exp_alerts").isEmpty() ? silent : sent)
              .add(expected.path("alertname").asText());
        }
      }
    }
    Set<String> alerts = names(rendered(""));

    assertThat(sent).isEqualTo(alerts);
    assertThat(silent).isEqualTo(alerts);
  }

  private static Set<String> names(JsonNode prometheusRule) {
    Set<String> names = new TreeSet<>();
    rules(prometheusRule, "alert").forEach(rule -> names.add(rule.path("alert").asText()));
    return names;
  }

  @Test
  void everyAlertIsExplainedWhereItsRunbookPoints() throws IOException {
    String page = Files.readString(Chart.ROOT.resolve("docs").resolve("operations.md"));
    JsonNode rule = rendered("prometheusRule: {enabled: true, runbook: \"https://r/operations\"}");

    for (JsonNode alert : rules(rule, "alert")) {
      String name = alert.path("alert").asText();
      assertThat(page).contains("\n### " + name + "\n");
      assertThat(alert.at("/annotations/runbook_url").asText())
          .isEqualTo("https://r/operations#" + name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void theObjectivesAreThoseOfTheValues() {
    JsonNode rule =
        rendered(
            """
            objectives:
              availability: {percent: 99.5}
              searchLatency: {percent: 95, milliseconds: 200}
              firstToken: {milliseconds: 5000}
            """);

    assertThat(rules(rule, "record"))
        .filteredOn(each -> each.path("record").asText().equals("sluice:slo_objective:ratio"))
        .extracting(each -> each.at("/labels/slo").asText() + " " + each.path("expr").asText())
        .containsExactlyInAnyOrder(
            "availability vector(0.995)",
            "search_latency vector(0.95)",
            "first_token vector(0.99)");
    assertThat(rule.toString()).contains("le=~\\\"0.2\\\"").contains("le=~\\\"5|5[.]0\\\"");
  }

  @Test
  void servicesElsewhereAreNotExpectedHere() {
    JsonNode rule = rendered("services: {embed: {address: \"dns:///embed:7401\"}}");

    assertThat(rules(rule, "alert"))
        .filteredOn(each -> each.path("alert").asText().equals("SluiceServiceDown"))
        .extracting(each -> each.at("/labels/process").asText())
        .containsExactlyInAnyOrder("gateway", "generate", "rerank");
  }
}
