package dev.sluice.helm;

import java.util.Map;
import java.util.TreeMap;

/** Ways to install the chart that between them use all of it: its values, by a name. */
final class Variants {

  private Variants() {}

  static Map<String, Manifests> rendered() {
    Map<String, Manifests> rendered = new TreeMap<>();
    rendered.put("defaults", Chart.rendered());
    Chart.valuesFiles()
        .forEach(file -> rendered.put(String.valueOf(file.getFileName()), Chart.rendered(file)));
    VALUES.forEach((name, values) -> rendered.put(name, Chart.rendered(values)));
    return rendered;
  }

  private static final Map<String, String> VALUES =
      Map.of(
          "several models",
          """
          services:
            embed:
              files: {claim: models}
              settings:
                MODELS: small,large-v2
                MODEL_SMALL_SLOTS: 1
                MODEL_LARGE_V2_MODEL_DIRECTORY: /models/files/large
          """,
          "text by Triton beside",
          """
          services:
            generate:
              files: {claim: models, subPath: qwen}
              adminToken: {secret: admin}
              modelServer:
                placement: beside
                model: generate-vllm
                image: tritonserver:25.10-vllm-python-py3
                gpus: 4
                arguments: ["--log-verbose=1"]
                repository: {claim: repository}
              autoscaling:
                keda: {enabled: true, busyPercent: 0}
          keda: {prometheus: "http://prometheus:9090"}
          """,
          "OpenSearch by a token",
          """
          gateway:
            access:
              apiKeys: {secret: callers}
              jwt: {issuer: "https://issuer", audience: sluice, jwks: "https://issuer/keys"}
            store: opensearch
            opensearch: {urls: ["https://a:9200"], token: {secret: tokens}}
            audit: {enabled: true}
          """,
          "models on Triton apart",
          """
          topologySpread: {keys: []}
          services:
            embed:
              modelServer: {placement: apart, model: embed, addresses: ["triton:8001"]}
            generate:
              files: {claim: models}
              modelServer: {placement: apart, model: text, addresses: ["a:8001", "b:8001"]}
          """,
          "everything by hand",
          """
          fullnameOverride: answers
          logFormat: text
          logRequests: true
          image: {registry: "registry:5000", tag: "1.2.3", pullPolicy: Always, pullSecrets: [a, b]}
          runAs: {user: null, group: null}
          serviceAccount: {create: false, name: runner}
          podLabels: {team: search}
          podAnnotations: {note: "1"}
          priorityClassName: high
          topologySpread: {whenUnsatisfiable: DoNotSchedule}
          disruptionBudget: {maxUnavailable: 25%}
          gateway:
            access: {jwt: {issuer: "https://issuer", audience: sluice, keys: {secret: issuer}}}
            lucene: {storageClass: fast, size: 100Gi}
            quotas: {secret: limits}
            audit: {enabled: true, file: /data/audit.jsonl}
            javaOptions: ""
            service: {type: LoadBalancer, annotations: {a: b}}
            nodeSelector: {disk: ssd}
            tolerations: [{key: gateway, operator: Equal, value: "yes", effect: NoExecute, tolerationSeconds: 60}]
          networkPolicy: {monitoring: []}
          """,
          "as little as can be",
          """
          serviceAccount: {create: false}
          prometheusRule: {enabled: true}
          dashboards: {enabled: true}
          disruptionBudget: {enabled: false}
          networkPolicy: {enabled: false}
          topologySpread: {keys: []}
          services:
            embed: {address: "dns:///embed:7401"}
            rerank: {address: "dns:///rerank:7402"}
            generate: {address: "dns:///generate:7403"}
          """);
}
