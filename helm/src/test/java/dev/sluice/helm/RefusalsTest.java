package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Combinations that cannot work are refused in words. */
class RefusalsTest {

  private static void assertRefused(String values, String... words) {
    assertThatThrownBy(() -> Chart.rendered(values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("These values do not fit together")
        .hasMessageContainingAll(words);
  }

  private static void accept(String values) {
    assertThat(Chart.rendered(values).pods()).isNotEmpty();
  }

  @Test
  void severalGatewaysOnOneVolume() {
    assertRefused(
        "gateway: {replicas: 2}",
        "gateway.replicas is 2, but with gateway.store lucene one gateway owns the volume",
        "or gateway.store to opensearch");
  }

  @Test
  void openSearchWithoutAnAddress() {
    assertRefused("gateway: {store: opensearch}", "set gateway.opensearch.urls");
  }

  @Test
  void addressesOfOpenSearchWithLucene() {
    assertRefused(
        "gateway: {opensearch: {urls: ['http://a:9200']}}", "set gateway.store to opensearch");
  }

  @Test
  void aVolumeForDocumentsThatLieInOpenSearch() {
    assertRefused(
        "gateway: {store: opensearch, opensearch: {urls: ['http://a:9200']}, lucene: {claim: a}}",
        "gateway.lucene.claim is set");
  }

  @Test
  void anIngressThatCallsATlsPortInPlainText() {
    assertRefused(
        "{tls: {enabled: true}, ingress: {enabled: true, host: a.example.com}}",
        "set nginx.ingress.kubernetes.io/backend-protocol to GRPCS");
  }

  @Test
  void certificatesOfCallersWithoutTls() {
    assertRefused("tls: {clientCertificates: true}", "tls.clientCertificates is set");
    assertRefused("tls: {operatorIdentities: [ops]}", "tls.operatorIdentities is set");
  }

  @Test
  void aWayInFromOutsideForEverybody() {
    for (var way :
        Map.of(
                "ingress: {enabled: true, host: a}",
                "(ingress.enabled)",
                "grpcRoute: {enabled: true, parents: [{name: a}]}",
                "(grpcRoute.enabled)",
                "gateway: {service: {type: LoadBalancer}}",
                "(gateway.service.type LoadBalancer)",
                "{gateway: {service: {type: NodePort}}, ingress: {enabled: true, host: a}}",
                "(ingress.enabled, gateway.service.type NodePort)")
            .entrySet()) {
      assertRefused(
          way.getKey(),
          "callers outside the cluster reach the gateway " + way.getValue(),
          "set gateway.access.apiKeys.secret, gateway.access.jwt.issuer or tls.clientCertificates",
          "or gateway.access.anonymous to true");
    }
  }

  @Test
  void aWayInFromOutsideIsTakenWhenCallersAreAskedOrSomebodyMeansIt() {
    for (String asked :
        List.of(
            "access: {apiKeys: {secret: callers}}",
            "access: {jwt: {issuer: 'https://i', audience: a, keys: {secret: b}}}",
            "access: {anonymous: true}")) {
      String values = "gateway: {service: {type: LoadBalancer}, " + asked + "}";
      assertThat(Chart.rendered(values).pods()).as(asked).hasSize(4);
    }
    assertThat(
            Chart.rendered(
                    """
                    gateway: {service: {type: LoadBalancer}}
                    tls: {enabled: true, clientCertificates: true}
                    """)
                .pods())
        .hasSize(4);
  }

  @Test
  void everybodyBesideCallersWithKeys() {
    assertRefused(
        "gateway: {access: {anonymous: true, apiKeys: {secret: callers}}}",
        "gateway.access.anonymous is true, but callers have API keys or tokens");
  }

  @Test
  void aKeyOfASecretThatIsNotNamed() {
    assertRefused(
        "gateway: {access: {apiKeys: {key: callers}}}",
        "gateway.access.apiKeys.key is set, but its secret is not");
  }

  @Test
  void certificatesOfADataSourceThatIsNone() {
    assertRefused(
        "gateway: {dataSourceCas: {wiki: {secret: wiki-ca}}}",
        "gateway.dataSourceCas has wiki, which is no data source");
    assertRefused(
        """
        gateway:
          dataSourceCas: {wiki: {secret: wiki-ca}}
          settings: {DATA_SOURCES: wikis, DATA_SOURCE_WIKIS_TARGET: a}
        """,
        "gateway.dataSourceCas has wiki");
  }

  @Test
  void aUserOfOpenSearchWithoutAPassword() {
    assertRefused(
        "gateway: {store: opensearch, opensearch: {urls: ['http://a:9200'], user: a}}",
        "gateway.opensearch.user and gateway.opensearch.password.secret belong together");
  }

  @Test
  void aUserAndATokenOfOpenSearch() {
    assertRefused(
        """
        gateway:
          store: opensearch
          opensearch:
            {urls: ["http://a:9200"], user: a, password: {secret: b}, token: {secret: c}}
        """,
        "gateway.opensearch has both a user and a token");
  }

  @Test
  void anIssuerOfTokensWithoutItsKeysOrItsAudience() {
    assertRefused(
        "gateway: {access: {jwt: {issuer: 'https://issuer'}}}",
        "set gateway.access.jwt.audience",
        "set either gateway.access.jwt.jwks");
    assertRefused(
        """
        gateway:
          access: {jwt: {issuer: a, audience: b, jwks: "https://a/keys", keys: {secret: c}}}
        """,
        "set either gateway.access.jwt.jwks");
    assertRefused("gateway: {access: {jwt: {audience: sluice}}}", "set gateway.access.jwt.issuer");
  }

  @Test
  void anAuditFileThatIsNotWritten() {
    assertRefused("gateway: {audit: {file: /data/audit.jsonl}}", "gateway.audit.enabled is false");
  }

  @Test
  void anAuditFileWithoutAVolume() {
    assertRefused(
        "gateway: {audit: {enabled: true, file: /var/log/audit}}",
        "gateway.audit.file must lie below /data/");
  }

  @Test
  void twoAutoscalersOfOneService() {
    assertRefused(
        "services: {embed: {autoscaling: {hpa: {enabled: true}, keda: {enabled: true}}}}",
        "services.embed.autoscaling has both hpa and keda enabled");
  }

  @Test
  void kedaWithoutPrometheus() {
    assertRefused(
        "services: {embed: {autoscaling: {keda: {enabled: true}}}}", "set keda.prometheus");
  }

  @Test
  void moreReplicasAtLeastThanAtMost() {
    assertRefused(
        "services: {embed: {autoscaling: {minReplicas: 9, maxReplicas: 3}}}",
        "minReplicas is 9, more than maxReplicas 3");
  }

  @Test
  void tritonBesideWithoutItsModels() {
    assertRefused(
        "services: {embed: {modelServer: {placement: beside, model: a, image: b}}}",
        "set services.embed.modelServer.repository.claim");
  }

  @Test
  void aModelServerBesideWithoutItsImage() {
    assertRefused(
        """
        services: {embed: {modelServer: {placement: beside, model: a, repository: {claim: b}}}}
        """,
        "set services.embed.modelServer.image");
  }

  @Test
  void modelServersApartWithoutAddresses() {
    assertRefused(
        "services: {embed: {modelServer: {placement: apart, model: a}}}",
        "set services.embed.modelServer.addresses");
  }

  @Test
  void aModelServerWithoutTheModelsName() {
    assertRefused(
        "services: {embed: {modelServer: {placement: apart, addresses: ['a:8001']}}}",
        "set services.embed.modelServer.model");
  }

  @Test
  void aModelServerBesideThatHasAddresses() {
    assertRefused(
        """
        services:
          embed:
            modelServer:
              {placement: beside, model: a, image: b, repository: {claim: c}, addresses: ["d:8001"]}
        """,
        "services.embed.modelServer.addresses is set, but its placement is beside");
  }

  @Test
  void aModelServerThatIsNowhere() {
    assertRefused(
        "services: {embed: {modelServer: {model: a}}}",
        "services.embed.modelServer is filled in, but its placement is none");
  }

  @Test
  void textServersForVectors() {
    assertRefused(
        """
        services: {rerank: {modelServer: {placement: apart, kind: openai, model: a, addresses: ["a:1"]}}}
        """,
        "services.rerank.modelServer.kind is openai, which only generates text");
  }

  @Test
  void tritonWithoutTheTokenizer() {
    assertRefused(
        "services: {rerank: {modelServer: {placement: apart, model: a, addresses: ['a:1']}}}",
        "set services.rerank.files.claim to the claim with the model's tokenizer");
    assertRefused(
        "services: {generate: {modelServer: {placement: apart, model: a, addresses: ['a:1']}}}",
        "set services.generate.files.claim to the claim with the model's tokenizer");
  }

  @Test
  void aTokenizerForAServerThatHasItsOwn() {
    assertRefused(
        """
        services:
          generate:
            files: {claim: a}
            modelServer: {placement: apart, kind: openai, model: a, addresses: ["http://a:8000/v1"]}
        """,
        "services.generate.files.claim is set");
  }

  @Test
  void serversThatWouldBeCalledInPlainTextThoughTlsIsOn() {
    String triton =
        "rerank: {files: {claim: a}, modelServer: {placement: apart, model: a, addresses: ['a:1']%s}}";
    String openai =
        "generate: {modelServer: {placement: apart, kind: openai, model: a, addresses: ['%s://a/v1:1']}}";
    String both = "{tls: {enabled: true%s}, services: {%s, %s}}";
    assertRefused(
        both.formatted("", triton.formatted(""), openai.formatted("http")),
        "set services.rerank.modelServer.ca.secret",
        "services.generate.modelServer.addresses has http://a/v1:1");
    accept(both.formatted("", triton.formatted(", ca: {secret: a}"), openai.formatted("https")));
    accept(
        both.formatted(", allowPlaintext: true", triton.formatted(""), openai.formatted("http")));
    assertRefused(
        "{tls: {enabled: true}, gateway: {store: opensearch, opensearch: {urls: ['http://a:9200']}}}",
        "gateway.opensearch.urls has http://a:9200");
  }

  @Test
  void spansThatWouldBeSentInPlainTextThoughTlsIsOn() {
    String values = "{tls: {enabled: true%s}, traces: {endpoint: '%s'}}";
    assertRefused(
        values.formatted("", "http://collector:4317"),
        "traces.endpoint is http://collector:4317, which would be called in plain text",
        "make it https://, or set tls.allowPlaintext to true");
    accept(values.formatted("", "https://collector:4317"));
    accept(values.formatted("", "http://127.0.0.1:4317"));
    accept(values.formatted(", allowPlaintext: true", "http://collector:4317"));
    accept("traces: {endpoint: 'http://collector:4317'}");
  }

  @Test
  void anAuthorityForAServerInTheSamePod() {
    assertRefused(
        """
        services:
          embed:
            modelServer: {placement: beside, model: a, image: b, repository: {claim: c}, ca: {secret: d}}
        """,
        "services.embed.modelServer.ca.secret is set");
  }

  @Test
  void aKeyForAServerThatTakesNone() {
    assertRefused(
        "services: {embed: {modelServer: {apiKey: {secret: a}}}}",
        "services.embed.modelServer.apiKey.secret is set");
  }

  @Test
  void aRolloutThatMayNotMove() {
    assertRefused(
        "services: {embed: {rollout: {maxSurge: 0}}}",
        "services.embed.rollout: maxSurge and maxUnavailable are both 0");
  }

  @Test
  void waysInWithoutAName() {
    assertRefused("ingress: {enabled: true}", "set ingress.host");
    assertRefused("grpcRoute: {enabled: true}", "set grpcRoute.parents");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertRefused(
        "{gateway: {replicas: 2}, ingress: {enabled: true}}", "gateway.replicas", "ingress.host");
  }

  @Test
  void aServiceThatRunsElsewhereIsNotLookedAt() {
    Manifests manifests =
        Chart.rendered("services: {embed: {address: 'a:7401', modelServer: {placement: beside}}}");

    assertThat(manifests.names("Deployment")).containsExactly("sluice-generate", "sluice-rerank");
  }
}
