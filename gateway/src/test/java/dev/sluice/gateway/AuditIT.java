package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.audit.KnownMethods;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc.CollectionServiceBlockingStub;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingStub;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.micrometer.core.instrument.Meter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a whole gateway writes down of its calls. */
@Timeout(180)
class AuditIT {

  private static final String MARKER = "Zebrastripes";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path data;
  private Path file;
  private Cluster cluster;
  private Channel channel;
  private DocumentServiceBlockingStub documents;
  private CollectionServiceBlockingStub collections;

  @BeforeEach
  void start() throws IOException {
    file = Files.createDirectory(data.resolve("audit")).resolve("audit.jsonl");
    cluster = Cluster.start(data, Map.of("SLUICE_GATEWAY_AUDIT_FILE", file.toString()));
    channel = NamedTenants.as("acme", cluster.channel);
    documents = DocumentServiceGrpc.newBlockingStub(channel);
    collections = CollectionServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private List<JsonNode> lines() {
    try {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The first line that is so; awaited, since readings are not waited for. */
  private JsonNode line(Predicate<JsonNode> wanted) throws InterruptedException {
    Await.that("a line", () -> lines().stream().anyMatch(wanted));
    return lines().stream().filter(wanted).findFirst().orElseThrow();
  }

  private static Predicate<JsonNode> of(String method, String... fields) {
    return line -> {
      boolean all = line.path("method").asText().endsWith("/" + method);
      for (int i = 0; i < fields.length; i += 2) {
        all &= line.path(fields[i]).asText().equals(fields[i + 1]);
      }
      return all;
    };
  }

  private static Code code(Runnable call) {
    try {
      call.run();
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void aCallThatEndsWhileItsRequestComesHasALine() throws InterruptedException {
    var search = SearchServiceGrpc.newBlockingStub(channel);
    SearchRequest large =
        SearchRequest.newBuilder().setCollection("books").setQuery("x".repeat(3 << 20)).build();
    assertThat(code(() -> search.search(large))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(line(of("Search", "code", "INVALID_ARGUMENT")).path("tenant").asText())
        .isEqualTo("acme");
  }

  @Test
  void aChangeIsWrittenBeforeItsCallerHearsOfIt() {
    var _ =
        collections.createCollection(
            CreateCollectionRequest.newBuilder().setCollection("books").build());
    assertThat(lines())
        .anyMatch(
            of(
                "CreateCollection",
                "collection",
                "books",
                "code",
                "OK",
                "tenant",
                "acme",
                "principal",
                "test"));

    Upserts stream = Upserts.into(channel, "books").send(document("a", "One."));
    stream.awaitAcknowledged(1);
    String version = stream.acknowledged.getFirst().getVersion();
    assertThat(lines())
        .anyMatch(
            of(
                "UpsertDocuments",
                "collection",
                "books",
                "document",
                "a",
                "result",
                "CREATED",
                "version",
                version,
                "code",
                "OK"));
    stream.finish();

    var _ =
        documents.deleteDocument(
            DeleteDocumentRequest.newBuilder().setCollection("books").setDocumentId("a").build());
    assertThat(lines())
        .anyMatch(of("DeleteDocument", "collection", "books", "document", "a", "code", "OK"));
    var _ =
        collections.deleteCollection(
            DeleteCollectionRequest.newBuilder().setCollection("books").build());
    assertThat(lines()).anyMatch(of("DeleteCollection", "collection", "books", "code", "OK"));
  }

  /** The first document's embedding waits for this, and with it all acknowledgements. */
  private CountDownLatch firstEmbeddingWaits() {
    CountDownLatch goOn = new CountDownLatch(1);
    cluster.services.embed.script =
        number -> {
          if (number == 1) {
            goOn.await();
          }
        };
    return goOn;
  }

  private Upserts slowFirst() throws InterruptedException {
    var _ =
        collections.createCollection(
            CreateCollectionRequest.newBuilder().setCollection("books").build());
    Upserts stream = Upserts.into(channel, "books").send(document("slow", "One."));
    Await.that("the first", () -> !cluster.services.embed.received.isEmpty());
    return stream;
  }

  @Test
  void aStoredDocumentHasItsLineThoughItsCallerLeavesBeforeItIsAcknowledged()
      throws InterruptedException {
    CountDownLatch goOn = firstEmbeddingWaits();
    Upserts stream = slowFirst();
    for (String id : List.of("a", "b", "c")) {
      stream.send(document(id, "Text of " + id));
    }
    for (String id : List.of("a", "b", "c")) {
      line(of("UpsertDocuments", "document", id, "result", "CREATED", "collection", "books"));
    }
    assertThat(stream.acknowledged).isEmpty();
    assertThat(stream.cancel().status().getCode()).isEqualTo(Code.CANCELLED);
    line(of("UpsertDocuments", "document", "", "code", "CANCELLED"));
    goOn.countDown();
  }

  @Test
  void eachDocumentOfAStreamHasOneLine() throws InterruptedException {
    CountDownLatch goOn = firstEmbeddingWaits();
    Upserts stream = slowFirst().send(document("a", "Text."), document("bad", ""));
    line(of("UpsertDocuments", "document", "a"));
    goOn.countDown();
    stream.finish();
    stream.awaitAcknowledged(3);
    line(of("UpsertDocuments", "document", "", "code", "OK", "collection", "books"));
    assertThat(lines())
        .filteredOn(of("UpsertDocuments", "collection", "books"))
        .extracting(line -> line.path("document").asText() + " " + line.path("code").asText())
        .containsExactlyInAnyOrder("slow OK", "a OK", "bad INVALID_ARGUMENT", " OK");
  }

  @Test
  void whatAStreamStoredWhenTheLogBrokeIsWrittenLater() throws Exception {
    CountDownLatch goOn = firstEmbeddingWaits();
    Upserts stream = slowFirst();
    Files.delete(file);
    Files.delete(file.getParent());
    for (int i = 0; i < 20; i++) {
      stream.send(document("d" + i, "Text of number " + i));
    }
    assertThat(stream.status().getDescription()).contains("audit log");
    assertThat(stream.acknowledged).isEmpty();
    goOn.countDown();
    Files.createDirectory(file.getParent());
    var request = CreateCollectionRequest.newBuilder().setCollection("films").build();
    Await.that(
        "changes are made again",
        () -> code(() -> collections.createCollection(request)) == Code.OK);
    List<String> stored =
        documents
            .listDocuments(ListDocumentsRequest.newBuilder().setCollection("books").build())
            .getDocumentsList()
            .stream()
            .map(Document::getId)
            .toList();
    assertThat(stored).isNotEmpty();
    for (String id : stored) {
      line(of("UpsertDocuments", "document", id, "result", "CREATED"));
    }
  }

  @Test
  void everyDocumentThatAFilterDeletesHasItsLine() {
    var _ =
        collections.createCollection(
            CreateCollectionRequest.newBuilder().setCollection("books").build());
    Upserts stream = Upserts.into(channel, "books");
    for (int i = 0; i < 5; i++) {
      stream.send(tagged("d" + i, i < 3 ? "old" : "new"));
    }
    stream.finish();
    var _ =
        documents.deleteDocuments(
            DeleteDocumentsRequest.newBuilder()
                .setCollection("books")
                .setFilter("tag == \"old\"")
                .build());
    assertThat(lines())
        .filteredOn(of("DeleteDocuments", "result", "DELETED", "collection", "books"))
        .extracting(line -> line.path("document").asText())
        .containsExactlyInAnyOrder("d0", "d1", "d2");
  }

  private static Document tagged(String id, String tag) {
    return document(id, "Text.").toBuilder()
        .setMetadata(
            Struct.newBuilder().putFields("tag", Value.newBuilder().setStringValue(tag).build()))
        .build();
  }

  @Test
  void whatIsRefusedIsWrittenDownTooAndAReadingNamesItsDocument() throws InterruptedException {
    assertThat(
            code(() ->
                documents.getDocument(
                    GetDocumentRequest.newBuilder()
                        .setCollection("nowhere")
                        .setDocumentId("x")
                        .build())))
        .isEqualTo(Code.NOT_FOUND);
    line(of("GetDocument", "collection", "nowhere", "document", "x", "code", "NOT_FOUND"));

    Document found =
        DocumentServiceGrpc.newBlockingStub(cluster.channel)
            .getDocument(
                GetDocumentRequest.newBuilder().setCollection("c").setDocumentId("cats").build());
    JsonNode line = line(of("GetDocument", "document", "cats", "code", "OK", "tenant", "default"));
    assertThat(line.path("version").asText()).isEqualTo(found.getVersion());
    assertThat(line.path("trace_id").asText()).hasSize(32);

    Upserts refused = Upserts.into(channel, "nowhere").send(document("a", "One."));
    assertThat(refused.status().getCode()).isEqualTo(Code.NOT_FOUND);
    line(of("UpsertDocuments", "collection", "nowhere", "code", "NOT_FOUND"));
  }

  /** A method that is new must be thought of: in AuditedMethod. */
  @Test
  void everyMethodLeavesALine() throws InterruptedException {
    Set<String> served = new TreeSet<>();
    cluster
        .server
        .metrics()
        .registry()
        .forEachMeter(meter -> method(meter.getId()).ifPresent(served::add));
    assertThat(served).hasSizeGreaterThan(20).allMatch(KnownMethods::contain);
    for (String method : served) {
      var _ = code(() -> callWithNothing(method));
      line(line -> line.path("method").asText().equals(method));
    }
    var services = cluster.services; // which see the empty requests, against their rules
    List.of(services.embed, services.countTokens, services.rerank, services.generate)
        .forEach(calls -> calls.violations.clear());
  }

  private static java.util.Optional<String> method(Meter.Id id) {
    return id.getName().equals("grpc.server.requests.received")
        ? java.util.Optional.of(id.getTag("service") + "/" + id.getTag("method"))
        : java.util.Optional.empty();
  }

  private void callWithNothing(String method) {
    var bytes =
        new MethodDescriptor.Marshaller<byte[]>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    var descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName(method)
            .setRequestMarshaller(bytes)
            .setResponseMarshaller(bytes)
            .build();
    ClientCalls.blockingServerStreamingCall(channel, descriptor, CallOptions.DEFAULT, new byte[0])
        .forEachRemaining(response -> {});
  }

  @Test
  void noWordOfATextStandsInTheLog() throws Exception {
    Document secret =
        tagged("secret", MARKER).toBuilder().setTitle(MARKER).setText(MARKER + " text.").build();
    var _ =
        collections.createCollection(
            CreateCollectionRequest.newBuilder().setCollection("books").build());
    Upserts.into(channel, "books").send(secret).finish();
    Upserts.into(channel, MARKER + " is no name").send(secret).finish();
    Channel reader = channel;
    var search = dev.sluice.gateway.v1.SearchServiceGrpc.newBlockingStub(reader);
    var _ =
        search.search(
            Cluster.query(MARKER)
                .setCollection("books")
                .setFilter("tag == \"" + MARKER + "\"")
                .build());
    var answers = dev.sluice.gateway.v1.AnswerServiceGrpc.newBlockingStub(reader);
    var _ = answers.answer(Cluster.question(MARKER + "?").setCollection("books").build());
    var _ =
        code(() ->
            collections.getCollection(
                GetCollectionRequest.newBuilder().setCollection(MARKER + " is no name").build()));
    var _ =
        documents.deleteDocuments(
            DeleteDocumentsRequest.newBuilder()
                .setCollection("books")
                .setFilter("tag == \"" + MARKER + "\"")
                .build());
    var _ =
        EmbedServiceGrpc.newBlockingStub(reader)
            .embed(EmbedRequest.newBuilder().addTexts(MARKER).build());
    for (String method : List.of("Search", "Answer", "GetCollection", "Embed")) {
      line(of(method, "tenant", "acme"));
    }
    assertThat(Files.readString(file)).doesNotContain(MARKER).contains("\"document\":\"secret\"");
  }

  @Test
  void changesAreRefusedWhileTheLogCannotBeWrittenAndReadingsAreNot() throws Exception {
    line(of("UpsertDocuments", "document", "", "code", "OK")); // else it finds the log broken
    Files.delete(file);
    Files.delete(file.getParent());
    var request = CreateCollectionRequest.newBuilder();
    assertThatThrownBy(() -> collections.createCollection(request.setCollection("one").build()))
        .hasMessageContaining("audit log");
    assertThat(code(() -> collections.createCollection(request.setCollection("two").build())))
        .isEqualTo(Code.UNAVAILABLE);
    assertThat(cluster.search().search(Cluster.query("gates").build()).getResultsList())
        .isNotEmpty();
    assertThat(
            code(() ->
                collections.getCollection(
                    GetCollectionRequest.newBuilder().setCollection("two").build())))
        .as("it was not begun")
        .isEqualTo(Code.NOT_FOUND);

    Files.createDirectory(file.getParent());
    Await.that(
        "changes are made again",
        () ->
            code(() -> collections.createCollection(request.setCollection("three").build()))
                == Code.OK);
    assertThat(lines())
        .as("what was made without being acknowledged is written")
        .anyMatch(of("CreateCollection", "collection", "one", "code", "OK"))
        .anyMatch(of("CreateCollection", "collection", "three", "code", "OK"));
  }
}
