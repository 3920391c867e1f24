package dev.sluice.helm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What values.schema.json says of {@code settings}: the keys of the page, with their types. */
final class SettingsSchema {

  static final List<String> SERVICES = List.of("embed", "rerank", "generate");

  /** What the chart sets from other values. */
  private static final Set<String> OF_EVERY_PROCESS =
      Set.of(
          "HOST",
          "PORT",
          "MANAGEMENT_PORT",
          "QUIET_PERIOD",
          "DRAIN_TIMEOUT",
          "TLS_CERTIFICATE_FILE",
          "TLS_KEY_FILE",
          "TLS_CLIENT_CA_FILE");

  private static final Map<String, Set<String>> OF_ONE =
      Map.of(
          "gateway",
          Set.of(
              "EMBED_TARGET",
              "RERANK_TARGET",
              "GENERATE_TARGET",
              "UPSTREAM_TLS_CA_FILE",
              "UPSTREAM_TLS_CERTIFICATE_FILE",
              "UPSTREAM_TLS_KEY_FILE",
              "ANONYMOUS",
              "API_KEYS_FILE",
              "JWT_ISSUER",
              "JWT_AUDIENCE",
              "JWT_JWKS",
              "STORE",
              "QUOTAS_FILE",
              "AUDIT_FILE",
              "OPENSEARCH_URLS",
              "OPENSEARCH_PREFIX",
              "OPENSEARCH_USER",
              "OPENSEARCH_PASSWORD_FILE",
              "OPENSEARCH_TOKEN_FILE",
              "OPENSEARCH_CA_FILE"));

  private static final Set<String> OF_A_SERVICE =
      Set.of(
          "TLS_CLIENTS",
          "UPSTREAM_TLS_CA_FILE",
          "UPSTREAM_TLS_CERTIFICATE_FILE",
          "UPSTREAM_TLS_KEY_FILE",
          "ADMIN_TOKEN_FILE",
          "BACKEND",
          "TARGETS",
          "TRITON_TARGETS",
          "MODEL_NAME",
          "MODEL_DIRECTORY",
          "TOKENIZER_DIRECTORY",
          "API_KEY_FILE");

  private SettingsSchema() {}

  /** For a process, as "embed". */
  static ObjectNode of(String process, SettingsTable table) {
    Map<String, SettingsTable.Key> keys = table.of(process);
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("type", "object").put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    keys.forEach((name, key) -> {
      if (!isOfChart(process, name)) {
        ObjectNode property = key.type().schema().put("description", key.meaning());
        properties.set(name, property);
      }
    });
    ObjectNode patterns = schema.putObject("patternProperties");
    if (process.equals("gateway")) {
      patterns.putObject("^DATA_SOURCE_[A-Z0-9_]+_TARGET$").put("type", "string");
    } else {
      String ofModel = "^MODEL_[A-Z0-9_]+_(" + String.join("|", table.ofEachModel(process)) + ")$";
      patterns.putObject(ofModel).putArray("type").add("string").add("number");
    }
    return schema;
  }

  private static boolean isOfChart(String process, String name) {
    return OF_EVERY_PROCESS.contains(name)
        || OF_ONE.getOrDefault(process, OF_A_SERVICE).contains(name);
  }
}
