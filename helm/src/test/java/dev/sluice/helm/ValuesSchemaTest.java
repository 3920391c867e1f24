package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code -Dsluice.write=true} the settings in values.schema.json are written anew. */
class ValuesSchemaTest {

  private static final String FILE = "values.schema.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ObjectNode schema() throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(Chart.text(FILE));
  }

  @Test
  void settingsAreTheKeysOfTheDocumentation() throws IOException {
    ObjectNode schema = schema();
    ObjectNode definitions = schema.withObject("/definitions");
    SettingsTable table = SettingsTable.read();
    Stream.concat(Stream.of("gateway"), SettingsSchema.SERVICES.stream())
        .forEach(
            process -> definitions.set(process + "Settings", SettingsSchema.of(process, table)));

    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(Chart.PATH.resolve(FILE), schema.toPrettyString() + "\n");
    }
    assertThat(JSON.readTree(Chart.text(FILE)).toString())
        .as("values.schema.json; write it anew with -Dtest=ValuesSchemaTest -Dsluice.write=true")
        .isEqualTo(JSON.readTree(schema.toString()).toString());
  }

  @Test
  void noKeyOfTheDocumentationIsForgotten() {
    assertThat(SettingsTable.read().keys().keySet())
        .filteredOn(key -> !key.matches("SLUICE_(GATEWAY|EMBED|RERANK|GENERATE)_.*"))
        .as("keys that are not of one process need a value of their own")
        .containsExactly(
            "SLUICE_ALLOW_PLAINTEXT",
            "SLUICE_API_KEY_FILE", // of the command line
            "SLUICE_DATA",
            "SLUICE_LOG_FORMAT",
            "SLUICE_LOG_LEVEL",
            "SLUICE_LOG_REQUESTS",
            "SLUICE_TLS_RELOAD",
            "SLUICE_TRACES_ENDPOINT",
            "SLUICE_TRACES_SAMPLE");
  }

  @Test
  void aTypoIsRefusedAtEveryLevel() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(schema());
    JsonNode values = Manifests.yaml(Chart.text("values.yaml"));
    assertThat(schema.validate(values)).isEmpty();

    List<String> missed = new ArrayList<>();
    for (ObjectNode place : objects(values)) {
      place.putObject("typo");
      if (schema.validate(values).isEmpty()) {
        missed.add(place.toString());
      }
      place.remove("typo");
    }
    assertThat(missed).isEmpty();
  }

  private static List<ObjectNode> objects(JsonNode node) {
    List<ObjectNode> objects = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    node.forEach(child -> objects.addAll(objects(child)));
    return objects;
  }

  @Test
  void everyObjectOfTheSchemaIsClosed() throws IOException {
    assertThat(objects(schema()))
        .filteredOn(object -> object.path("properties").isObject())
        .filteredOn(object -> object.path("additionalProperties").asBoolean(true))
        .extracting(object -> object.path("description").asText())
        .containsExactly("Set by charts above this one; not read.");
  }

  @Test
  void everyValueIsInTheValuesFileWithItsDefault() throws IOException {
    List<String> missing = new ArrayList<>();
    JsonNode schema = schema();
    missing(schema, schema, Manifests.yaml(Chart.text("values.yaml")), "", missing);

    assertThat(missing).containsExactly("/global");
  }

  private static void missing(
      JsonNode root, JsonNode schema, JsonNode values, String path, List<String> missing) {
    if (schema.has("$ref")) {
      JsonNode target = root.at(schema.path("$ref").asText().substring(1));
      if (!schema.path("$ref").asText().endsWith("Settings")) {
        missing(root, target, values, path, missing);
      }
      return;
    }
    schema
        .path("properties")
        .propertyStream()
        .forEach(property -> {
          String at = path + "/" + property.getKey();
          if (values.has(property.getKey())) {
            missing(root, property.getValue(), values.path(property.getKey()), at, missing);
          } else {
            missing.add(at);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gatway: {}",
        "gateway: {replica: 2}",
        "services: {embedding: {}}",
        "services: {embed: {modelServer: {gpu: 1}}}",
        "services: {embed: {settings: {MAX_QUEUED_TOKEN: 5}}}",
        "services: {embed: {settings: {MODEL_LARGE_SLOT: 5}}}",
        "services: {embed: {settings: {MODEL_LARGE_PORT: 5}}}",
        "services: {embed: {settings: {MODEL_LARGE_TLS_CLIENTS: a}}}",
        "networkPolicy: {clients: [{podLabels: {a: b}}]}"
      })
  void helmRefusesATypo(String values) {
    assertRefused(values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway: {store: elastic}",
        "gateway: {quietSeconds: 10s}",
        "tls: {enabled: 'yes'}",
        "tls: {reloadSeconds: 0}",
        "tls: {operatorIdentities: ['a,b']}",
        "gateway: {dataSourceCas: {Wiki: {secret: a}}}",
        "gateway: {dataSourceCas: {wiki: {key: a}}}",
        "gateway: {dataSourceCas: {wiki: {secret: ''}}}",
        "tls: {secrets: {embed: A_B}}",
        "services: {rerank: {settings: {SLOTS: many}}}",
        "services: {rerank: {settings: {SLOTS: 5000}}}",
        "services: {rerank: {settings: {CONNECTION_AGE: 5}}}",
        "services: {rerank: {settings: {BATCHING: tight}}}",
        "services: {rerank: {resources: {limits: {memory: 2 GiB}}}}",
        "services: {rerank: {autoscaling: {queueSeconds: 0}}}",
        "gateway: {opensearch: {urls: ['opensearch:9200']}}"
      })
  void helmRefusesAWrongValue(String values) {
    assertRefused(values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway: {settings: {PORT: 1}}",
        "gateway: {settings: {EMBED_TARGET: 'a:1'}}",
        "gateway: {settings: {DATA_SOURCE_WIKI_TLS_CA_FILE: /secrets/wiki}}",
        "services: {embed: {settings: {TLS_CLIENTS: anybody}}}",
        "services: {embed: {settings: {BACKEND: onnx}}}",
        "services: {embed: {settings: {DRAIN_TIMEOUT: 5s}}}",
        "services: {generate: {settings: {MODEL_NAME: a}}}"
      })
  void helmRefusesASettingThatOtherValuesDecide(String values) {
    assertRefused(values);
  }

  private static void assertRefused(String values) {
    assertThatThrownBy(() -> Chart.rendered(values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("values don't meet the specifications of the schema");
  }
}
