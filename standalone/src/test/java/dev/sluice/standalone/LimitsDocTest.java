package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.sluice.embed.v1.EmbedProto;
import dev.sluice.gateway.v1.AnswerServiceProto;
import dev.sluice.gateway.v1.CollectionServiceProto;
import dev.sluice.gateway.v1.DocumentServiceProto;
import dev.sluice.gateway.v1.GroundingServiceProto;
import dev.sluice.gateway.v1.SearchServiceProto;
import dev.sluice.gateway.v1.SnapshotServiceProto;
import dev.sluice.generate.v1.GenerateProto;
import dev.sluice.model.v1.ModelAdminProto;
import dev.sluice.rerank.v1.RerankProto;
import dev.sluice.serving.server.RequestSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every field of every request has a bound, and docs/limits.md says which. Run with {@code
 * -Dsluice.write=true} to write its tables anew.
 */
class LimitsDocTest {

  private static final Path DOC =
      Path.of(System.getProperty("sluice.root", ".."), "docs", "limits.md");

  private static final List<FileDescriptor> FILES =
      List.of(
          SearchServiceProto.getDescriptor(),
          AnswerServiceProto.getDescriptor(),
          GroundingServiceProto.getDescriptor(),
          DocumentServiceProto.getDescriptor(),
          CollectionServiceProto.getDescriptor(),
          SnapshotServiceProto.getDescriptor(),
          EmbedProto.getDescriptor(),
          RerankProto.getDescriptor(),
          GenerateProto.getDescriptor(),
          ModelAdminProto.getDescriptor());

  /** What no proto file can say, or must not: a document that breaks a rule is refused alone. */
  private static final Map<String, String> BY_CODE =
      Map.ofEntries(
          Map.entry("Document.id", "1 to 512 characters, no control characters"),
          Map.entry("Document.title", "at most 1024 characters"),
          Map.entry(
              "Document.text",
              "`SLUICE_GATEWAY_MAX_DOCUMENT_MIB`; in an answer, all texts together"),
          Map.entry("Document.format", "a value that is known"),
          Map.entry("Document.metadata", "at most 65536 bytes; finite numbers"),
          Map.entry("Document.version", "not read"),
          Map.entry("Document.update_time", "not read"),
          Map.entry("Document.chunk_count", "not read"),
          Map.entry("UpsertDocumentsRequest.if_version", "1 to 64 characters"),
          Map.entry("Span.start", "inside the text"),
          Map.entry("Span.end", "inside the text"),
          Map.entry("Sampling.seed", "any number"),
          Map.entry("ResponseFormat.json_schema", "at most 65536 bytes; finite numbers"),
          Map.entry("Tool.parameters", "at most 65536 bytes; finite numbers"));

  private static Stream<MethodDescriptor> methods() {
    return FILES.stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream());
  }

  /** The messages that requests are made of, in the order of the methods. */
  private static List<Descriptor> messages() {
    Map<String, Descriptor> found = new LinkedHashMap<>();
    methods().forEach(method -> collect(method.getInputType(), found));
    return List.copyOf(found.values());
  }

  private static void collect(Descriptor message, Map<String, Descriptor> found) {
    if (!isOurs(message) || found.putIfAbsent(message.getFullName(), message) != null) {
      return;
    }
    for (FieldDescriptor field : message.getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
        collect(field.getMessageType(), found);
      }
    }
  }

  private static boolean isOurs(Descriptor message) {
    return message.getFullName().startsWith("sluice.");
  }

  private static String name(FieldDescriptor field) {
    return field.getContainingType().getName() + "." + field.getName();
  }

  /** The bound of a field; empty where there is none. */
  private static String bound(FieldDescriptor field) {
    boolean foreign =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && !field.isMapField()
            && !isOurs(field.getMessageType());
    String byCode = BY_CODE.getOrDefault(name(field), "");
    return byCode.isEmpty() && !foreign
        ? FieldBound.of(field).map(bound -> bound.isEmpty() ? "its own fields" : bound).orElse("")
        : byCode;
  }

  private static Stream<FieldDescriptor> fields() {
    return messages().stream().flatMap(message -> message.getFields().stream());
  }

  @Test
  void everyFieldOfEveryRequestHasABound() {
    assertThat(fields().filter(field -> bound(field).isEmpty()).map(LimitsDocTest::name)).isEmpty();
  }

  @Test
  void whatIsBoundedByCodeIsAFieldThatTheProtoDoesNotBound() {
    List<String> unbounded =
        fields()
            .filter(field -> FieldBound.of(field).filter(bound -> !bound.isEmpty()).isEmpty())
            .map(LimitsDocTest::name)
            .toList();
    assertThat(unbounded).containsAll(BY_CODE.keySet());
  }

  @Test
  void everyMethodWithASizeOfItsOwnExists() {
    assertThat(names().toList()).containsAll(RequestSizes.named());
  }

  @Test
  void theTablesAreThoseOfTheCode() throws IOException {
    Map<String, String> tables = Map.of("fields", fieldTable(), "sizes", sizeTable());
    for (Entry<String, String> table : tables.entrySet()) {
      String doc = Files.readString(DOC);
      String begin = "<!-- " + table.getKey() + " -->\n";
      int from = doc.indexOf(begin) + begin.length();
      int to = doc.indexOf("<!-- end of " + table.getKey() + " -->");
      if (Boolean.getBoolean("sluice.write")) {
        Files.writeString(DOC, doc.substring(0, from) + table.getValue() + doc.substring(to));
      } else {
        assertThat(doc.substring(from, to)).isEqualTo(table.getValue());
      }
    }
  }

  private static String fieldTable() {
    StringBuilder table = new StringBuilder("| field | bound |\n| --- | --- |\n");
    fields().forEach(field -> table.append("| `%s` | %s |\n".formatted(name(field), bound(field))));
    return table.toString();
  }

  private static String sizeTable() {
    StringBuilder table = new StringBuilder("| method | bytes of a request |\n| --- | --- |\n");
    names().forEach(name -> table.append("| `%s` | %s |\n".formatted(name, size(name))));
    return table.toString();
  }

  private static Stream<String> names() {
    return methods().map(method -> method.getService().getFullName() + "/" + method.getName());
  }

  private static String size(String method) {
    var most = RequestSizes.of(method);
    return most.isPresent() ? Integer.toString(most.getAsInt()) : "as many as the server takes";
  }
}
