package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The file that images are recorded and proved with is what the chart gives their pods in a small
 * cluster. {@code -Dsluice.write=true} writes it anew.
 */
class ImagePodsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILE = Chart.ROOT.resolve("helm/images/pods.json");
  private static final Path VALUES = Chart.PATH.resolve("ci/cpu-values.yaml");

  @Test
  void imagesAreProvedWithTheEnvironmentThatTheChartGivesThem() throws IOException {
    String pods = pods(Chart.rendered(VALUES));
    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(FILE, pods);
    }
    assertThat(Files.readString(FILE)).as("write it by -Dsluice.write=true").isEqualTo(pods);
  }

  private static String pods(Manifests manifests) throws JsonProcessingException {
    ObjectNode pods = JSON.createObjectNode();
    for (String process : List.of("gateway", "embed", "rerank", "generate")) {
      pods.set(process, pod(manifests.pod(process)));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(pods) + "\n";
  }

  private static JsonNode pod(Pod pod) {
    Map<String, String> environment = new TreeMap<>(pod.environment());
    return JSON.createObjectNode()
        .put("host", "sluice-" + pod.process() + "." + Chart.NAMESPACE + ".svc")
        .put("port", pod.port("grpc"))
        .put("managementPort", pod.port("management"))
        .put("memoryMib", mebibytes(pod.container().at("/resources/limits/memory").asText()))
        .put("graceSeconds", pod.spec().path("terminationGracePeriodSeconds").asInt())
        .set("environment", JSON.valueToTree(environment));
  }

  private static int mebibytes(String quantity) {
    assertThat(quantity).endsWith("Gi");
    return 1024 * Integer.parseInt(quantity.substring(0, quantity.length() - 2));
  }
}
