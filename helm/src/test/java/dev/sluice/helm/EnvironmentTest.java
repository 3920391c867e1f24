package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the chart sets is what the processes read. */
class EnvironmentTest {

  @Test
  void everyVariableIsAKeyOfTheDocumentationWithAValueOfItsType() {
    SettingsTable table = SettingsTable.read();
    List<String> problems = new ArrayList<>();
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (Pod pod : manifests.pods()) {
            pod.environment()
                .forEach((name, value) -> {
                  if (name.startsWith("SLUICE_")) {
                    table
                        .problem(name, value)
                        .ifPresent(problem -> problems.add(variant + ": " + problem));
                  }
                });
          }
        });

    assertThat(problems).isEmpty();
  }

  @Test
  void theCheckOfVariablesCanFail() {
    SettingsTable table = SettingsTable.read();

    assertThat(table.problem("SLUICE_EMBED_SLOT", "1"))
        .contains("SLUICE_EMBED_SLOT is no key of docs/configuration.md");
    assertThat(table.problem("SLUICE_EMBED_SLOTS", "9999")).isPresent();
    assertThat(table.problem("SLUICE_EMBED_SLOTS", "1e+06")).isPresent();
    assertThat(table.problem("SLUICE_EMBED_DRAIN_TIMEOUT", "60")).isPresent();
    assertThat(table.problem("SLUICE_EMBED_BACKEND", "triton")).isPresent();
    assertThat(table.problem("SLUICE_EMBED_MODEL_LARGE_V2_SLOTS", "2")).isEmpty();
    assertThat(table.problem("SLUICE_EMBED_MODEL_LARGE_V2_SLOT", "2")).isPresent();
    assertThat(table.problem("SLUICE_EMBED_MODEL_LARGE_V2_PORT", "2")).isPresent();
    assertThat(table.problem("SLUICE_GATEWAY_DATA_SOURCE_WIKI_TARGET", "a:1")).isEmpty();
  }

  @Test
  void processesReadOnlyKeysOfTheirOwn() {
    Variants.rendered()
        .forEach((variant, manifests) -> {
          for (Pod pod : manifests.pods()) {
            String own =
                "SLUICE_(LOG_.*|TRACES_.*|TLS_RELOAD|ALLOW_PLAINTEXT|DATA|"
                    + pod.process().toUpperCase(Locale.ROOT)
                    + "_.*)";
            assertThat(pod.environment().keySet())
                .as(variant)
                .filteredOn(name -> name.startsWith("SLUICE_"))
                .allMatch(name -> name.matches(own));
          }
        });
  }

  @Test
  void kubernetesAddsNoVariablesThatLookLikeOurs() {
    Variants.rendered()
        .forEach((variant, manifests) ->
            assertThat(manifests.pods())
                .as(variant)
                .allMatch(pod -> pod.spec().path("enableServiceLinks").isBoolean())
                .noneMatch(pod -> pod.spec().path("enableServiceLinks").asBoolean()));
  }

  @Test
  void largeNumbersAndZeroesAndFractionsAreWrittenAsTheyAre() {
    Map<String, String> variables =
        Chart.rendered(
                """
                services:
                  generate:
                    settings:
                      MAX_QUEUED_TOKENS: 1073741824
                      SLOTS: 0
                      SUPPORT_THRESHOLD: 0.64
                """)
            .pod("generate")
            .environment();

    assertThat(variables)
        .containsEntry("SLUICE_GENERATE_MAX_QUEUED_TOKENS", "1073741824")
        .containsEntry("SLUICE_GENERATE_SLOTS", "0")
        .containsEntry("SLUICE_GENERATE_SUPPORT_THRESHOLD", "0.64");
  }

  @Test
  void nobodyIsAskedUnlessThereAreKeysOrTokens() {
    assertThat(gateway("{}")).containsEntry("SLUICE_GATEWAY_ANONYMOUS", "true");
    assertThat(gateway("gateway: {access: {apiKeys: {secret: callers}}}"))
        .containsEntry("SLUICE_GATEWAY_API_KEYS_FILE", "/secrets/api-keys")
        .doesNotContainKey("SLUICE_GATEWAY_ANONYMOUS");
    assertThat(
            gateway(
                """
                gateway:
                  access: {jwt: {issuer: "https://issuer", audience: sluice, keys: {secret: issuer}}}
                """))
        .containsEntry("SLUICE_GATEWAY_JWT_ISSUER", "https://issuer")
        .containsEntry("SLUICE_GATEWAY_JWT_JWKS", "/secrets/jwks")
        .doesNotContainKey("SLUICE_GATEWAY_ANONYMOUS");
    assertThat(gateway("{ingress: {enabled: true, host: a}, gateway: {access: {anonymous: true}}}"))
        .containsEntry("SLUICE_GATEWAY_ANONYMOUS", "true");
  }

  private static Map<String, String> gateway(String values) {
    return Chart.rendered(values).pod("gateway").environment();
  }

  @Test
  void severalModelsAreSetOneByOne() {
    Map<String, String> variables =
        Optional.ofNullable(Variants.rendered().get("several models"))
            .orElseThrow()
            .pod("embed")
            .environment();

    assertThat(variables)
        .containsEntry("SLUICE_EMBED_MODELS", "small,large-v2")
        .containsEntry("SLUICE_EMBED_MODEL_SMALL_SLOTS", "1")
        .doesNotContainKeys("SLUICE_EMBED_BACKEND", "SLUICE_EMBED_MODEL_DIRECTORY");
  }

  @Test
  void plainTextIsAllowedWhereThereIsNoTlsAndForTheGatewaysDataSources() {
    for (Pod pod : Chart.rendered().pods()) {
      assertThat(pod.environment()).containsEntry("SLUICE_ALLOW_PLAINTEXT", "true");
    }
    for (Pod pod : Chart.rendered("tls: {enabled: true}").pods()) {
      assertThat(pod.environment()).doesNotContainKey("SLUICE_ALLOW_PLAINTEXT");
    }
    assertThat(Chart.rendered("tls: {enabled: true, allowPlaintext: true}").pods())
        .filteredOn(pod -> pod.environment().containsKey("SLUICE_ALLOW_PLAINTEXT"))
        .extracting(Pod::process)
        .containsExactly("gateway");
  }

  @Test
  void plainTextIsAllowedForAllWhoSendSpansInIt() {
    String values = "{tls: {enabled: true, allowPlaintext: true}, traces: {endpoint: '%s'}}";
    for (Pod pod : Chart.rendered(values.formatted("http://collector:4317")).pods()) {
      assertThat(pod.environment()).containsEntry("SLUICE_ALLOW_PLAINTEXT", "true");
    }
    for (String safe :
        List.of("https://collector:4317", "http://localhost:4317", "http://[::1]:1")) {
      assertThat(Chart.rendered(values.formatted(safe)).pods())
          .as(safe)
          .filteredOn(pod -> pod.environment().containsKey("SLUICE_ALLOW_PLAINTEXT"))
          .extracting(Pod::process)
          .containsExactly("gateway");
    }
  }

  @Test
  void withTlsServicesKnowTheGatewayByItsName() {
    Manifests manifests = Chart.rendered("tls: {enabled: true}");
    assertThat(manifests.pod("embed").environment())
        .containsEntry("SLUICE_EMBED_TLS_CERTIFICATE_FILE", "/secrets/tls.crt")
        .containsEntry("SLUICE_EMBED_TLS_CLIENT_CA_FILE", "/secrets/ca.crt")
        .containsEntry("SLUICE_EMBED_TLS_CLIENTS", "sluice-gateway.search.svc");
    assertThat(manifests.pod("gateway").environment())
        .containsEntry("SLUICE_GATEWAY_UPSTREAM_TLS_CA_FILE", "/secrets/ca.crt")
        .containsEntry("SLUICE_GATEWAY_UPSTREAM_TLS_KEY_FILE", "/secrets/tls.key")
        .doesNotContainKey("SLUICE_GATEWAY_TLS_CLIENT_CA_FILE");
    assertThat(manifests.pod("embed").volume("secrets").toString()).contains("sluice-embed-tls");
  }

  @Test
  void operatorsMayCallTheServicesBesideTheGateway() {
    Manifests manifests =
        Chart.rendered("tls: {enabled: true, operatorIdentities: ['spiffe://a/ops', ops.a.org]}");

    for (String service : SettingsSchema.SERVICES) {
      String key = "SLUICE_" + service.toUpperCase(Locale.ROOT) + "_TLS_CLIENTS";
      assertThat(manifests.pod(service).environment())
          .containsEntry(key, "sluice-gateway.search.svc,spiffe://a/ops,ops.a.org");
    }
    assertThat(manifests.pod("gateway").environment())
        .doesNotContainKey("SLUICE_GATEWAY_TLS_CLIENTS");
  }

  @Test
  void certificatesOfDataSourcesComeFromSecrets() {
    Pod pod =
        Chart.rendered(
                """
                gateway:
                  dataSourceCas: {wiki.pages: {secret: wiki-ca}, my-news: {secret: tls, key: ca.pem}}
                  settings:
                    DATA_SOURCES: wiki.pages, my-news
                    DATA_SOURCE_WIKI_PAGES_TARGET: dns:///wiki:7500
                    DATA_SOURCE_MY_NEWS_TARGET: dns:///news:7500
                """)
            .pod("gateway");

    assertThat(pod.environment())
        .containsEntry(
            "SLUICE_GATEWAY_DATA_SOURCE_WIKI_PAGES_TLS_CA_FILE", "/secrets/data-source-wiki.pages")
        .containsEntry(
            "SLUICE_GATEWAY_DATA_SOURCE_MY_NEWS_TLS_CA_FILE", "/secrets/data-source-my-news");
    assertThat(pod.volume("secrets").at("/projected/sources"))
        .isEqualTo(
            Manifests.yaml(
                """
                - secret: {name: tls, items: [{key: ca.pem, path: data-source-my-news}]}
                - secret: {name: wiki-ca, items: [{key: ca.crt, path: data-source-wiki.pages}]}
                """));
  }

  @Test
  void modelServersApartAreBelievedByTheirAuthorityAndShownTheServicesCertificate() {
    Pod pod =
        Chart.rendered(
                """
                tls: {enabled: true}
                services:
                  rerank:
                    files: {claim: models}
                    modelServer:
                      {placement: apart, model: r, addresses: ["triton:8001"], ca: {secret: triton-ca}}
                """)
            .pod("rerank");

    assertThat(pod.environment())
        .containsEntry("SLUICE_RERANK_UPSTREAM_TLS_CA_FILE", "/secrets/model-server-ca")
        .containsEntry("SLUICE_RERANK_UPSTREAM_TLS_CERTIFICATE_FILE", "/secrets/tls.crt")
        .containsEntry("SLUICE_RERANK_UPSTREAM_TLS_KEY_FILE", "/secrets/tls.key")
        .doesNotContainKey("SLUICE_ALLOW_PLAINTEXT");
    assertThat(pod.secretFiles()).contains("/secrets/model-server-ca");
  }

  @Test
  void quotasComeFromASecretAndCallsAreWrittenToStandardOutput() {
    Pod pod =
        Chart.rendered("gateway: {quotas: {secret: limits}, audit: {enabled: true}}")
            .pod("gateway");

    assertThat(pod.environment())
        .containsEntry("SLUICE_GATEWAY_QUOTAS_FILE", "/secrets/quotas")
        .containsEntry("SLUICE_GATEWAY_AUDIT_FILE", "-");
    assertThat(pod.volume("secrets").toString())
        .contains("\"name\":\"limits\"")
        .contains("\"path\":\"quotas\"");
  }

  @Test
  void aPodHasTimeToDrain() {
    Pod pod =
        Chart.rendered("services: {generate: {quietSeconds: 7, drainSeconds: 600}}")
            .pod("generate");

    assertThat(pod.environment())
        .containsEntry("SLUICE_GENERATE_QUIET_PERIOD", "7s")
        .containsEntry("SLUICE_GENERATE_DRAIN_TIMEOUT", "600s");
    assertThat(pod.spec().path("terminationGracePeriodSeconds").asInt()).isGreaterThan(607);
  }

  @Test
  void theProcessListensWhereTheProbesAsk() {
    for (Pod pod : Chart.rendered().pods()) {
      String prefix = "SLUICE_" + pod.process().toUpperCase(Locale.ROOT) + "_";
      assertThat(pod.environment())
          .containsEntry(prefix + "HOST", "0.0.0.0")
          .containsEntry(prefix + "PORT", Integer.toString(pod.port("grpc")))
          .containsEntry(prefix + "MANAGEMENT_PORT", Integer.toString(pod.port("management")));
      for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        assertThat(pod.container().path(probe).at("/httpGet/port").asText())
            .isEqualTo("management");
      }
      assertThat(pod.container().at("/livenessProbe/httpGet/path").asText()).isEqualTo("/healthz");
      assertThat(pod.container().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    }
  }
}
