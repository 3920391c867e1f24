package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Models in the process, on a server beside it, or on servers apart. */
class ModelServerTest {

  private static Pod gpu(String service) {
    return Chart.rendered(Chart.PATH.resolve("ci").resolve("gpu-values.yaml")).pod(service);
  }

  @Test
  void withoutAModelServerTheModelRunsInTheProcess() {
    Manifests manifests = Chart.rendered();

    assertThat(manifests.pod("embed").environment()).containsEntry("SLUICE_EMBED_BACKEND", "onnx");
    assertThat(manifests.pod("rerank").environment())
        .containsEntry("SLUICE_RERANK_BACKEND", "onnx");
    assertThat(manifests.pod("generate").environment())
        .containsEntry("SLUICE_GENERATE_BACKEND", "extractive");
    assertThat(manifests.pods()).noneMatch(pod -> pod.spec().has("initContainers"));
  }

  @Test
  void aServerBesideStartsFirstAndLivesUntilTheServiceHasDrained() {
    JsonNode server = gpu("embed").modelServer();

    assertThat(server.path("restartPolicy").asText()).isEqualTo("Always");
    assertThat(server.at("/startupProbe/httpGet/path").asText()).isEqualTo("/v2/health/ready");
    assertThat(
            server.at("/startupProbe/failureThreshold").asInt()
                * server.at("/startupProbe/periodSeconds").asInt())
        .isEqualTo(900);
  }

  @Test
  void aServerBesideHasItsGpuAndMayRunOnNodesThatKeepOthersAway() {
    Pod pod = gpu("embed");

    assertThat(pod.modelServer().at("/resources/limits/nvidia.com~1gpu").asText()).isEqualTo("1");
    assertThat(pod.container().at("/resources/limits").has("nvidia.com/gpu")).isFalse();
    assertThat(pod.spec().path("tolerations"))
        .isEqualTo(Manifests.yaml("[{effect: NoSchedule, key: nvidia.com/gpu, operator: Exists}]"));
    assertThat(pod.spec().at("/nodeSelector/nvidia.com~1gpu.present").asText()).isEqualTo("true");
  }

  @Test
  void tolerationsOfTheOperatorAreKept() {
    Pod pod =
        Chart.rendered(
                """
                services:
                  embed:
                    tolerations: [{key: spot, operator: Exists}]
                    modelServer:
                      {placement: beside, model: a, image: b, gpuResource: amd.com/gpu, repository: {claim: c}}
                """)
            .pod("embed");

    assertThat(pod.spec().path("tolerations"))
        .extracting(toleration -> toleration.path("key").asText())
        .containsExactly("spot", "amd.com/gpu");
  }

  @Test
  void aServerBesideCanRunWithoutAGpu() {
    Pod pod =
        Chart.rendered(
                """
                services:
                  embed:
                    modelServer: {placement: beside, model: a, image: b, gpus: 0, repository: {claim: c}}
                """)
            .pod("embed");

    assertThat(pod.modelServer().path("resources").toString()).doesNotContain("gpu");
    assertThat(pod.spec().has("tolerations")).isFalse();
  }

  @Test
  void tritonBesideReadsItsModelRepositoryAndIsReachedInsideThePod() {
    Pod pod = gpu("embed");
    JsonNode mount = Pod.named(pod.modelServer().path("volumeMounts"), "repository");

    assertThat(pod.modelServer().at("/args/0").asText())
        .isEqualTo("--model-repository=" + mount.path("mountPath").asText());
    assertThat(pod.modelServer().at("/args/1").asText()).isEqualTo("--grpc-address=127.0.0.1");
    assertThat(mount.path("subPath").asText()).isEqualTo("embed");
    assertThat(pod.volume("repository").at("/persistentVolumeClaim/claimName").asText())
        .isEqualTo("repository");
    assertThat(pod.environment())
        .containsEntry("SLUICE_EMBED_BACKEND", "inference")
        .containsEntry("SLUICE_EMBED_TARGETS", "127.0.0.1:" + pod.port("inference"))
        .containsEntry("SLUICE_EMBED_MODEL_NAME", "embed-onnx");
  }

  @Test
  void argumentsOfTritonComeLastSoThatTheyHold() {
    JsonNode arguments =
        Chart.rendered(
                """
                services:
                  embed:
                    modelServer:
                      placement: beside
                      model: a
                      image: b
                      repository: {claim: c}
                      arguments: ["--grpc-address=0.0.0.0"]
                """)
            .pod("embed")
            .modelServer()
            .path("args");

    assertThat(arguments)
        .isEqualTo(
            Manifests.yaml(
                "[--model-repository=/models/repository, --grpc-address=127.0.0.1,"
                    + " --grpc-address=0.0.0.0]"));
  }

  @Test
  void aTextServerBesideIsStartedByItsOwnCommandLine() {
    Pod pod = gpu("generate");

    assertThat(pod.modelServer().has("command")).isFalse();
    assertThat(pod.modelServer().path("args"))
        .doesNotContain(Manifests.yaml("--grpc-address=127.0.0.1"))
        .contains(Manifests.yaml("--served-model-name=qwen"));
    assertThat(pod.environment())
        .containsEntry("SLUICE_GENERATE_BACKEND", "openai")
        .containsEntry("SLUICE_GENERATE_TARGETS", "http://127.0.0.1:" + pod.port("http") + "/v1")
        .containsEntry("SLUICE_GENERATE_MODEL_NAME", "qwen");
    assertThat(pod.volume("shared-memory").at("/emptyDir/sizeLimit").asText()).isEqualTo("8Gi");
  }

  @Test
  void serversApartAreGivenByTheirAddresses() {
    Manifests apart = Chart.rendered(Chart.PATH.resolve("ci").resolve("apart-values.yaml"));

    assertThat(apart.pod("rerank").environment())
        .containsEntry("SLUICE_RERANK_BACKEND", "inference")
        .containsEntry(
            "SLUICE_RERANK_TARGETS",
            "triton-0.triton.models.svc:8001,triton-1.triton.models.svc:8001");
    assertThat(apart.pod("generate").environment())
        .containsEntry("SLUICE_GENERATE_TARGETS", "http://vllm-0.vllm.models.svc:8000/v1")
        .containsEntry("SLUICE_GENERATE_API_KEY_FILE", "/secrets/api-key");
    assertThat(apart.pods()).noneMatch(pod -> pod.spec().has("initContainers"));
  }

  @Test
  void textByTritonHasKeysOfItsOwn() {
    Pod pod =
        Chart.rendered(
                """
                services:
                  generate:
                    files: {claim: models, subPath: qwen}
                    modelServer: {placement: apart, model: text, addresses: ["a:8001", "b:8001"]}
                """)
            .pod("generate");

    assertThat(pod.environment())
        .containsEntry("SLUICE_GENERATE_BACKEND", "triton")
        .containsEntry("SLUICE_GENERATE_TRITON_TARGETS", "a:8001,b:8001")
        .containsEntry("SLUICE_GENERATE_TOKENIZER_DIRECTORY", "/models/files")
        .doesNotContainKeys("SLUICE_GENERATE_TARGETS", "SLUICE_GENERATE_MODEL_DIRECTORY");
  }

  @Test
  void filesOfAModelAreMountedWhereTheProcessLooks() {
    Pod pod =
        Chart.rendered("services: {embed: {files: {claim: models, subPath: bge}}}").pod("embed");
    JsonNode mount = Pod.named(pod.container().path("volumeMounts"), "files");

    assertThat(pod.environment())
        .containsEntry("SLUICE_EMBED_MODEL_DIRECTORY", mount.path("mountPath").asText());
    assertThat(mount.path("subPath").asText()).isEqualTo("bge");
    assertThat(mount.path("readOnly").asBoolean()).isTrue();
  }
}
