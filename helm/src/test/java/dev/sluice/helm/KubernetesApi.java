package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads objects as strictly as an API server with field validation: unknown fields, missing ones
 * and wrong types are problems. Types of Kubernetes are those of its Java client; custom resources
 * are held against their own schemas.
 */
final class KubernetesApi {

  private interface Check {
    void of(JsonElement json) throws IOException;
  }

  private record Type(Class<?> model, Check fields) {}

  private static final Map<String, Type> TYPES =
      Map.of(
          "apps/v1 Deployment", new Type(V1Deployment.class, V1Deployment::validateJsonElement),
          "apps/v1 StatefulSet", new Type(V1StatefulSet.class, V1StatefulSet::validateJsonElement),
          "v1 Service", new Type(V1Service.class, V1Service::validateJsonElement),
          "v1 ConfigMap", new Type(V1ConfigMap.class, V1ConfigMap::validateJsonElement),
          "v1 ServiceAccount",
              new Type(V1ServiceAccount.class, V1ServiceAccount::validateJsonElement),
          "policy/v1 PodDisruptionBudget",
              new Type(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement),
          "networking.k8s.io/v1 NetworkPolicy",
              new Type(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement),
          "networking.k8s.io/v1 Ingress", new Type(V1Ingress.class, V1Ingress::validateJsonElement),
          "autoscaling/v2 HorizontalPodAutoscaler",
              new Type(
                  V2HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement));

  private static final Type METADATA =
      new Type(V1ObjectMeta.class, V1ObjectMeta::validateJsonElement);

  private static final Map<String, CustomSchema> CUSTOM =
      Map.of(
          "monitoring.coreos.com/v1 ServiceMonitor", CustomSchema.read("servicemonitor"),
          "monitoring.coreos.com/v1 PrometheusRule", CustomSchema.read("prometheusrule"),
          "keda.sh/v1alpha1 ScaledObject", CustomSchema.read("scaledobject"),
          "gateway.networking.k8s.io/v1 GRPCRoute", CustomSchema.read("grpcroute"));

  private KubernetesApi() {}

  /** What the API server would refuse; empty when nothing. */
  static List<String> problems(JsonNode object) {
    String kind = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    CustomSchema schema = CUSTOM.get(kind);
    if (schema != null) {
      List<String> problems = new ArrayList<>(schema.problems(object));
      problems.addAll(problems(object.path("metadata"), METADATA));
      return problems;
    }
    Type type = TYPES.get(kind);
    return type == null ? List.of("no such kind: " + kind) : problems(object, type);
  }

  private static List<String> problems(JsonNode object, Type type) {
    JsonElement given = JsonParser.parseString(object.toString());
    try {
      type.fields().of(given);
      Gson gson = JSON.getGson();
      List<String> problems = new ArrayList<>();
      compare("", given, gson.toJsonTree(gson.fromJson(given, type.model())), problems);
      return problems;
    } catch (IOException | RuntimeException e) { // however its models say no
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /** The models take a number for a text; written again it is a text, and so found here. */
  private static void compare(
      String path, JsonElement given, JsonElement read, List<String> problems) {
    if (given.isJsonObject() && read.isJsonObject()) {
      given
          .getAsJsonObject()
          .asMap()
          .forEach((name, value) -> {
            JsonElement other = read.getAsJsonObject().get(name);
            if (other == null) {
              problems.add(path + "/" + name + " is not understood");
            } else {
              compare(path + "/" + name, value, other, problems);
            }
          });
    } else if (given.isJsonArray() && read.isJsonArray()) {
      for (int i = 0; i < given.getAsJsonArray().size(); i++) {
        compare(
            path + "/" + i, given.getAsJsonArray().get(i), read.getAsJsonArray().get(i), problems);
      }
    } else if (!kind(given).equals(kind(read))) {
      problems.add(path + " is a " + kind(given) + ", not a " + kind(read));
    }
  }

  private static String kind(JsonElement element) {
    if (element instanceof JsonPrimitive primitive) {
      return primitive.isString() ? "text" : primitive.isNumber() ? "number" : "boolean";
    }
    return element.getClass().getSimpleName();
  }
}
