package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The objects that the chart asks Kubernetes for. */
record Manifests(List<JsonNode> objects) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet");

  static Manifests parse(String text) {
    return new Manifests(
        StreamSupport.stream(yaml().loadAll(text).spliterator(), false)
            .<JsonNode>map(JSON::valueToTree)
            .filter(each -> each.isObject() && !each.isEmpty())
            .toList());
  }

  static JsonNode yaml(String text) {
    return JSON.valueToTree(yaml().load(text));
  }

  /** Resolves anchors, as Helm does. */
  private static Yaml yaml() {
    return new Yaml(new SafeConstructor(new LoaderOptions()));
  }

  List<JsonNode> all(String kind) {
    return objects.stream().filter(each -> each.path("kind").asText().equals(kind)).toList();
  }

  /**
   * @throws NoSuchElementException when there is none
   */
  JsonNode get(String kind, String name) {
    return all(kind).stream()
        .filter(each -> name(each).equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(kind + " " + name + " among " + names()));
  }

  List<String> names(String kind) {
    return all(kind).stream().map(Manifests::name).toList();
  }

  private List<String> names() {
    return objects.stream().map(each -> each.path("kind").asText() + " " + name(each)).toList();
  }

  /** Of all processes, or of those beside it that the chart starts. */
  List<Pod> pods() {
    return objects.stream()
        .filter(each -> WORKLOADS.contains(each.path("kind").asText()))
        .map(Pod::new)
        .toList();
  }

  /**
   * @param process as "embed"
   */
  Pod pod(String process) {
    return pods().stream()
        .filter(pod -> pod.process().equals(process))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no pod of " + process));
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }
}
