package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What pods may do, and what is mounted into them. */
class PodTest {

  @Test
  void processesMayWriteToTheirVolumesAlone() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (Pod pod : manifests.pods()) {
            JsonNode context = pod.container().path("securityContext");
            assertThat(context.path("readOnlyRootFilesystem").asBoolean()).as(variant).isTrue();
            assertThat(
                    Pod.named(pod.container().path("volumeMounts"), "tmp")
                        .path("mountPath")
                        .asText())
                .isEqualTo("/tmp");
            assertThat(pod.volume("tmp").has("emptyDir")).isTrue();
          }
        });
  }

  @Test
  void noContainerHasMoreRightsThanItNeeds() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (Pod pod : manifests.pods()) {
            assertThat(pod.spec().at("/securityContext/runAsNonRoot").asBoolean())
                .as(variant)
                .isTrue();
            assertThat(pod.spec().at("/securityContext/seccompProfile/type").asText())
                .isEqualTo("RuntimeDefault");
            assertThat(pod.spec().path("automountServiceAccountToken").asBoolean(true)).isFalse();
            for (JsonNode container : pod.containers()) {
              JsonNode context = container.path("securityContext");
              assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
              assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            }
          }
        });
  }

  @Test
  void theClusterMayChooseTheUser() {
    JsonNode context =
        Chart.rendered("runAs: {user: null, group: null}")
            .pod("embed")
            .spec()
            .path("securityContext");

    assertThat(context.has("runAsUser") || context.has("fsGroup")).isFalse();
    assertThat(Chart.rendered().pod("embed").spec().at("/securityContext/runAsUser").asInt())
        .isEqualTo(10001);
  }

  @Test
  void everyMountHasItsVolume() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (Pod pod : manifests.pods()) {
            for (JsonNode container : pod.containers()) {
              for (JsonNode mount : container.path("volumeMounts")) {
                String name = mount.path("name").asText();
                assertThat(
                        pod.has("volumes", name)
                            || pod.workload()
                                .at("/spec/volumeClaimTemplates/0/metadata/name")
                                .asText()
                                .equals(name))
                    .as("%s: %s of %s", variant, name, pod.process())
                    .isTrue();
              }
            }
          }
        });
  }

  @Test
  void withLuceneTheGatewayKeepsItsDocumentsOnAVolume() {
    Manifests manifests = Chart.rendered("gateway: {lucene: {size: 5Gi, storageClass: fast}}");
    JsonNode gateway = manifests.get("StatefulSet", "sluice-gateway");
    JsonNode claim = gateway.at("/spec/volumeClaimTemplates/0/spec");
    Pod pod = manifests.pod("gateway");
    JsonNode mount = Pod.named(pod.container().path("volumeMounts"), "data");

    assertThat(claim.at("/resources/requests/storage").asText()).isEqualTo("5Gi");
    assertThat(claim.path("storageClassName").asText()).isEqualTo("fast");
    assertThat(gateway.at("/spec/persistentVolumeClaimRetentionPolicy/whenDeleted").asText())
        .isEqualTo("Retain");
    assertThat(manifests.names("Service")).contains(gateway.at("/spec/serviceName").asText());
    assertThat(pod.environment().getOrDefault("SLUICE_DATA", ""))
        .startsWith(mount.path("mountPath").asText() + "/");
  }

  @Test
  void anExistingClaimIsTaken() {
    Manifests manifests = Chart.rendered("gateway: {lucene: {claim: documents}}");

    assertThat(
            manifests.get("StatefulSet", "sluice-gateway").path("spec").has("volumeClaimTemplates"))
        .isFalse();
    assertThat(
            manifests.pod("gateway").volume("data").at("/persistentVolumeClaim/claimName").asText())
        .isEqualTo("documents");
  }

  @Test
  void withOpenSearchGatewaysAreADeploymentWithoutAVolume() {
    Manifests manifests =
        Chart.rendered(
            """
            gateway:
              replicas: 3
              store: opensearch
              opensearch: {urls: ["https://a:9200", "https://b:9200"], prefix: docs}
            """);
    Pod pod = manifests.pod("gateway");

    assertThat(pod.workload().path("kind").asText()).isEqualTo("Deployment");
    assertThat(pod.workload().at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(pod.has("volumes", "data")).isFalse();
    assertThat(pod.environment())
        .containsEntry("SLUICE_GATEWAY_STORE", "opensearch")
        .containsEntry("SLUICE_GATEWAY_OPENSEARCH_URLS", "https://a:9200,https://b:9200")
        .containsEntry("SLUICE_GATEWAY_OPENSEARCH_PREFIX", "docs")
        .doesNotContainKeys("SLUICE_DATA", "SLUICE_GATEWAY_OPENSEARCH_USER");
  }

  @Test
  void passwordsComeAsFilesFromSecretsOfTheOperators() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          assertThat(manifests.all("Secret")).isEmpty();
          for (Pod pod : manifests.pods()) {
            pod.environment()
                .forEach((name, value) -> {
                  if (value.startsWith("/secrets/")) {
                    assertThat(pod.secretFiles()).as("%s: %s", variant, name).contains(value);
                  }
                });
          }
        });
  }

  @Test
  void aSecretIsFoundByItsNameAndKey() {
    Pod pod =
        Chart.rendered("services: {embed: {adminToken: {secret: tokens, key: embed}}}")
            .pod("embed");

    assertThat(pod.environment())
        .containsEntry("SLUICE_EMBED_ADMIN_TOKEN_FILE", "/secrets/admin-token");
    assertThat(pod.volume("secrets").at("/projected/sources/0/secret"))
        .isEqualTo(Manifests.yaml("{name: tokens, items: [{key: embed, path: admin-token}]}"));
  }
}
