package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dashboards as Grafana reads them. What their panels show is tested in {@link DashboardsIT}. */
class DashboardsTest {

  private static final int COLUMNS = 24;

  @Test
  void thereIsOneForEachSubjectAndForEachProcess() {
    assertThat(Dashboards.all())
        .extracting(dashboard -> dashboard.path("uid").asText())
        .containsExactlyInAnyOrder(
            "sluice-overview",
            "sluice-batching",
            "sluice-generation",
            "sluice-stores",
            "sluice-gateway",
            "sluice-embed",
            "sluice-rerank",
            "sluice-generate");
  }

  @Test
  void theyAreProvisionedByTheUsualLabel() throws Exception {
    Manifests manifests =
        Chart.rendered("dashboards: {enabled: true, annotations: {grafana_folder: Sluice}}");

    assertThat(manifests.all("ConfigMap")).hasSameSizeAs(Dashboards.all());
    List<JsonNode> rendered = new ArrayList<>();
    for (JsonNode map : manifests.all("ConfigMap")) {
      assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
      assertThat(map.at("/metadata/annotations/grafana_folder").asText()).isEqualTo("Sluice");
      for (JsonNode json : map.path("data")) {
        rendered.add(new ObjectMapper().readTree(json.asText()));
      }
    }
    assertThat(rendered).containsExactlyInAnyOrderElementsOf(Dashboards.all());
  }

  @Test
  void everyPanelSaysWhatItShowsAndInWhatUnit() {
    for (JsonNode dashboard : Dashboards.all()) {
      for (JsonNode panel : Dashboards.panels(dashboard)) {
        String at = dashboard.path("title").asText() + ", " + panel.path("title").asText();
        assertThat(panel.path("description").asText()).as(at).isNotBlank();
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(at).isNotBlank();
        assertThat(panel.path("targets")).as(at).isNotEmpty();
        assertThat(panel.at("/datasource/uid").asText()).as(at).isEqualTo("${datasource}");
      }
    }
  }

  @Test
  void panelsLieSideBySideAndNeverOverEachOther() {
    for (JsonNode dashboard : Dashboards.all()) {
      List<JsonNode> placed = new ArrayList<>();
      for (JsonNode panel : dashboard.path("panels")) {
        JsonNode place = panel.path("gridPos");
        assertThat(end(place, "x", "w")).isLessThanOrEqualTo(COLUMNS);
        assertThat(placed).as("%s", panel).noneMatch(other -> overlap(other, place));
        placed.add(place);
      }
      assertThat(dashboard.path("panels"))
          .extracting(panel -> panel.path("id").asInt())
          .doesNotHaveDuplicates();
    }
  }

  private static boolean overlap(JsonNode one, JsonNode other) {
    return overlap(one, other, "x", "w") && overlap(one, other, "y", "h");
  }

  private static boolean overlap(JsonNode one, JsonNode other, String start, String size) {
    return one.path(start).asInt() < end(other, start, size)
        && other.path(start).asInt() < end(one, start, size);
  }

  private static int end(JsonNode place, String start, String size) {
    return place.path(start).asInt() + place.path(size).asInt();
  }

  /** Others of the release's namespace, and other releases, are not mixed in. */
  @Test
  void everyQueryAsksForOneRelease() {
    assertThat(Dashboards.queries())
        .hasSizeGreaterThan(100)
        .allMatch(query ->
            query
                .expression()
                .replaceAll("\\{namespace=\"\\$namespace\",job=\"\\$job\"", "")
                .matches("[^{]*"));
  }
}
