package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * The pods of a Deployment or a StatefulSet.
 *
 * @param workload the Deployment or StatefulSet
 */
record Pod(JsonNode workload) {

  JsonNode spec() {
    return workload.at("/spec/template/spec");
  }

  JsonNode labels() {
    return workload.at("/spec/template/metadata/labels");
  }

  /** As "embed". */
  String process() {
    return labels().path("app.kubernetes.io/component").asText();
  }

  /** The container of Sluice's own process. */
  JsonNode container() {
    return named(spec().path("containers"), process());
  }

  /** The model server beside it. */
  JsonNode modelServer() {
    return named(spec().path("initContainers"), "model-server");
  }

  List<JsonNode> containers() {
    return Stream.of("initContainers", "containers")
        .flatMap(list -> spec().path(list).valueStream())
        .toList();
  }

  /**
   * The variables of the process's container.
   *
   * @throws IllegalStateException when one is there twice
   */
  Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode variable : container().path("env")) {
      String name = variable.path("name").asText();
      if (variables.put(name, variable.path("value").asText()) != null) {
        throw new IllegalStateException(name + " is set twice");
      }
    }
    return variables;
  }

  /** The files of secrets that are mounted into the process's container. */
  List<String> secretFiles() {
    if (!has("volumes", "secrets")) {
      return List.of();
    }
    String directory =
        named(container().path("volumeMounts"), "secrets").path("mountPath").asText();
    return volume("secrets")
        .at("/projected/sources")
        .valueStream()
        .flatMap(source -> source.at("/secret/items").valueStream())
        .map(item -> directory + "/" + item.path("path").asText())
        .toList();
  }

  JsonNode volume(String name) {
    return named(spec().path("volumes"), name);
  }

  boolean has(String list, String name) {
    return spec().path(list).valueStream().anyMatch(each -> isNamed(each, name));
  }

  /** The port of a name of any container, or -1. */
  int port(String name) {
    return containers().stream()
        .flatMap(container -> container.path("ports").valueStream())
        .filter(port -> isNamed(port, name))
        .mapToInt(port -> port.path("containerPort").asInt())
        .findFirst()
        .orElse(-1);
  }

  /** Whether a selector's labels are all among the pods'. */
  boolean isSelectedBy(JsonNode selector) {
    return !selector.isEmpty()
        && selector
            .propertyStream()
            .allMatch(label -> {
              JsonNode own = labels().path(label.getKey());
              return own.equals(label.getValue());
            });
  }

  static JsonNode named(JsonNode list, String name) {
    return list.valueStream()
        .filter(each -> isNamed(each, name))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no " + name + " in " + list));
  }

  private static boolean isNamed(JsonNode node, String name) {
    return node.path("name").asText().equals(name);
  }
}
