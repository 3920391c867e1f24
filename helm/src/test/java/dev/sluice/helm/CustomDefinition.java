package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * The definition of a custom resource as an API server takes it, with the structure in
 * resources/schemas.
 */
record CustomDefinition(String group, String version, String kind) {

  /** Of all kinds of others that the chart makes objects of. */
  static final List<CustomDefinition> ALL =
      List.of(
          new CustomDefinition("monitoring.coreos.com", "v1", "ServiceMonitor"),
          new CustomDefinition("monitoring.coreos.com", "v1", "PrometheusRule"),
          new CustomDefinition("keda.sh", "v1alpha1", "ScaledObject"),
          new CustomDefinition("gateway.networking.k8s.io", "v1", "GRPCRoute"));

  ObjectNode object() {
    String singular = kind.toLowerCase(Locale.ROOT);
    String plural = singular + "s";
    ObjectNode definition = new ObjectMapper().createObjectNode();
    definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
    definition
        .withObject("/metadata")
        .put("name", plural + "." + group)
        // Names under k8s.io want to have been reviewed.
        .withObject("/annotations")
        .put("api-approved.kubernetes.io", "unapproved, a test");
    ObjectNode spec = definition.withObject("/spec");
    spec.put("group", group).put("scope", "Namespaced");
    spec.withObject("/names")
        .put("kind", kind)
        .put("listKind", kind + "List")
        .put("plural", plural)
        .put("singular", singular);
    ObjectNode served = spec.withArray("/versions").addObject();
    served.put("name", version).put("served", true).put("storage", true);
    served.withObject("/schema").set("openAPIV3Schema", structure(singular));
    return definition;
  }

  private static JsonNode structure(String name) {
    ObjectNode structure = CustomSchema.structure(name);
    markAlternatives(structure);
    return structure;
  }

  /** A number or a text is the one alternative that a server knows. */
  private static void markAlternatives(JsonNode node) {
    if (node.has("anyOf") && !node.has("type") && node instanceof ObjectNode alternatives) {
      alternatives.put("x-kubernetes-int-or-string", true);
    }
    node.forEach(CustomDefinition::markAlternatives);
  }
}
