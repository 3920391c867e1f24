package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static dev.sluice.gateway.Cluster.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingStub;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that cannot be meant, and services that break: refused alone, nothing half there. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DocumentMisuseIT {

  private static final int DOCUMENT_BYTES = 1 << 20;

  @TempDir private static Path data;
  private static Cluster cluster;
  private static int collections;

  private String collection = "";

  @BeforeAll
  static void start() {
    cluster = Cluster.start(data, Map.of("SLUICE_GATEWAY_MAX_DOCUMENT_MIB", "1"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void createCollection() {
    cluster.services.reset();
    collection = "misuse-" + ++collections;
    cluster.create(collection);
  }

  private static DocumentServiceBlockingStub documents() {
    return DocumentServiceGrpc.newBlockingStub(cluster.channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private Upserts upsert(Document... documents) {
    return Upserts.into(cluster.channel, collection).send(documents).finish();
  }

  private Upserts into() {
    return Upserts.into(cluster.channel, collection);
  }

  private Document get(String id) {
    return documents()
        .getDocument(
            GetDocumentRequest.newBuilder().setCollection(collection).setDocumentId(id).build());
  }

  private List<String> ids() {
    return documents()
        .listDocuments(ListDocumentsRequest.newBuilder().setCollection(collection).build())
        .getDocumentsList()
        .stream()
        .map(Document::getId)
        .toList();
  }

  private static Document.Builder withMetadata(String id, String field, Value value) {
    return document(id, "a gate").toBuilder()
        .setMetadata(Struct.newBuilder().putFields(field, value));
  }

  private static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  private static Value nested(int depth, Value innermost) {
    Value value = innermost;
    for (int i = 0; i < depth; i++) {
      value = Value.newBuilder().setStructValue(Struct.newBuilder().putFields("d", value)).build();
    }
    return value;
  }

  static Stream<String> idsOfAnyCharacters() {
    return Stream.of(
        "😀".repeat(512),
        "../../etc/passwd",
        "a b/c\\d?e=f&g#h%00",
        "\"quoted\" 'twice' <tag>",
        "שלום \u202Eesrever",
        "e\u0301 é \uFFFD \uFFFF",
        "\uFEFFbom",
        "{\"json\": true}",
        ".",
        "_id",
        "*");
  }

  @ParameterizedTest
  @MethodSource("idsOfAnyCharacters")
  void anIdOfAnyVisibleCharactersIsStoredFoundAndDeleted(String id) {
    Upserts upserts = upsert(document(id, "Sluice gates control water."));

    assertThat(upserts.acknowledged.getFirst().getResult()).isEqualTo(Result.CREATED);
    assertThat(get(id).getText()).isEqualTo("Sluice gates control water.");
    assertThat(ids()).containsExactly(id);
    assertThat(
            cluster
                .search()
                .search(query("gates").setCollection(collection).build())
                .getResultsList())
        .extracting(SearchResult::getDocumentId)
        .containsExactly(id);
    var _ =
        documents()
            .deleteDocument(
                DeleteDocumentRequest.newBuilder()
                    .setCollection(collection)
                    .setDocumentId(id)
                    .build());
    assertThat(ids()).isEmpty();
  }

  @Test
  void aLoneSurrogateIsReplacedByTheCallersOwnLibrary() {
    assertThat(upsert(document("a\uD83D", "gates \uDE00")).status().isOk()).isTrue();

    assertThat(ids()).containsExactly("a?");
    assertThat(get("a?").getText()).isEqualTo("gates ?");
  }

  private static Stream<Document> refusedDocuments() {
    return Stream.of(
        document("a\u0000b", "x"),
        document("a\nb", "x"),
        document("\u0085", "x"),
        document("\u001B[31m", "x"),
        document(" \u2003", "x"),
        document("😀".repeat(513), "x"),
        document("large", "é".repeat(DOCUMENT_BYTES / 2 + 1)),
        withMetadata("nan", "n", number(Double.NaN)).build(),
        withMetadata("infinite", "n", number(Double.NEGATIVE_INFINITY)).build(),
        withMetadata("deep nan", "n", nested(20, number(Double.NaN))).build(),
        withMetadata(
                "nan in a list",
                "n",
                Value.newBuilder()
                    .setListValue(ListValue.newBuilder().addValues(number(Double.NaN)))
                    .build())
            .build(),
        withMetadata("no kind", "n", Value.getDefaultInstance()).build(),
        tenThousandFields());
  }

  private static Document tenThousandFields() {
    Struct.Builder fields = Struct.newBuilder();
    IntStream.range(0, 10_000).forEach(i -> fields.putFields("field" + i, number(i)));
    return document("many", "x").toBuilder().setMetadata(fields).build();
  }

  private static String fieldOf(Document document) {
    return document.getText().length() > 100
        ? "document.text"
        : document.hasMetadata() ? "document.metadata" : "document.id";
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("refusedDocuments")
  void aRefusedDocumentNamesItsFieldAndHarmsNoOther(Document refused) {
    Upserts upserts = upsert(document("before", "x"), refused, document("after", "x"));

    assertThat(upserts.status().isOk()).isTrue();
    UpsertDocumentsResponse response = upserts.acknowledged.get(1);
    assertThat(response.getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(response.getError().getMessage()).startsWith(fieldOf(refused) + ":");
    assertThat(ids()).containsExactly("after", "before");
  }

  @Test
  void metadataNestedDeeplyAreStored() {
    Document deep = withMetadata("deep", "d", nested(25, number(1))).build();

    assertThat(upsert(deep).acknowledged.getFirst().getResult()).isEqualTo(Result.CREATED);
    assertThat(get("deep").getMetadata()).isEqualTo(deep.getMetadata());
  }

  /** The parser of protobuf reads 100 levels, three for each of metadata. */
  @Test
  void metadataNestedDeeperThanAMessageMayBeEndTheStreamAndLoseNothing() {
    Document deep = withMetadata("deep", "d", nested(200, number(1))).build();

    Upserts upserts = into().send(document("before", "x")).awaitAcknowledged(1).send(deep);

    assertThat(upserts.status().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(upserts.status().getDescription()).contains("do not parse");
    assertThat(ids()).containsExactly("before");
  }

  /**
   * gRPC tells the reason as long as it has sent no response of the stream; later it can but reset
   * it.
   */
  @Test
  void aMessageBeyondTheTransportsLimitEndsTheStreamAndLosesNothing() {
    Document huge = document("huge", "x".repeat(60 << 20));

    assertThat(into().send(huge).status().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    Upserts upserts = into().send(document("before", "x")).awaitAcknowledged(1).send(huge);

    assertThat(upserts.status().getCode()).isIn(Code.RESOURCE_EXHAUSTED, Code.CANCELLED);
    assertThat(ids()).containsExactly("before");
    assertThat(upsert(document("later", "x")).acknowledged.getFirst().getResult())
        .isEqualTo(Result.CREATED);
  }

  private static UnaryOperator<EmbedResponse> first(UnaryOperator<FloatVector> spoiled) {
    return response -> {
      EmbedResponse.Builder answer = response.toBuilder();
      answer.setEmbeddings(
          0,
          Embedding.newBuilder()
              .setFloatVector(spoiled.apply(answer.getEmbeddings(0).getFloatVector())));
      return answer.build();
    };
  }

  private static FloatVector with(FloatVector vector, float number) {
    return vector.toBuilder().setValues(0, number).build();
  }

  private static Stream<UnaryOperator<EmbedResponse>> brokenAnswers() {
    return Stream.of(
        first(vector -> with(vector, Float.NaN)),
        first(vector -> with(vector, Float.POSITIVE_INFINITY)),
        first(vector -> FloatVector.getDefaultInstance()),
        answer -> answer.toBuilder().clearEmbeddings().build(),
        answer -> answer.toBuilder().addEmbeddings(answer.getEmbeddings(0)).build(),
        answer -> answer.toBuilder().setEmbeddings(0, Embedding.getDefaultInstance()).build());
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("brokenAnswers")
  void aVectorThatIsNoneRefusesTheDocumentAndKeepsTheOldOne(UnaryOperator<EmbedResponse> broken) {
    upsert(document("a", "Old gates."));
    cluster.services.embedAnswer = broken;
    Upserts spoiled = upsert(document("a", "New gates."), document("b", "Other gates."));
    cluster.services.embedAnswer = UnaryOperator.identity();

    assertThat(spoiled.status().isOk()).isTrue();
    assertThat(spoiled.acknowledged)
        .allSatisfy(response -> {
          assertThat(response.getError().getCode()).isEqualTo(Code.INTERNAL.value());
          assertThat(response.getError().getMessage()).contains("the embed-service answered with");
        });
    assertThat(ids()).containsExactly("a");
    assertThat(get("a").getText()).isEqualTo("Old gates.");
    assertThat(upsert(document("a", "New gates.")).acknowledged.getFirst().getResult())
        .isEqualTo(Result.REPLACED);
  }

  @Test
  void aCollectionThatIsDeletedWhileItIsReadAndWrittenIsNotFoundAndNothingElse() throws Exception {
    Set<Code> codes = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 8; round++) {
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          String id = "d" + i;
          callers.add(
              threads.submit(() -> codes.add(upsert(document(id, "A gate.")).status().getCode())));
          callers.add(threads.submit(() -> codes.add(code(() -> search()))));
          callers.add(threads.submit(() -> codes.add(code(this::ids))));
          callers.add(threads.submit(() -> codes.add(code(() -> get(id)))));
        }
        delete();
        for (Future<?> caller : callers) {
          caller.get();
        }
        assertThat(code(this::ids)).isEqualTo(Code.NOT_FOUND);
        cluster.create(collection);
        assertThat(ids()).isEmpty();
        assertThat(search()).isZero();
      }
    }
    assertThat(codes).isSubsetOf(Code.OK, Code.NOT_FOUND);
  }

  private int search() {
    return cluster
        .search()
        .search(query("gate").setCollection(collection).build())
        .getResultsCount();
  }

  private void delete() {
    var _ =
        CollectionServiceGrpc.newBlockingStub(cluster.channel)
            .deleteCollection(
                DeleteCollectionRequest.newBuilder().setCollection(collection).build());
    assertThat(
            code(() ->
                CollectionServiceGrpc.newBlockingStub(cluster.channel)
                    .getCollection(
                        GetCollectionRequest.newBuilder().setCollection(collection).build())))
        .isEqualTo(Code.NOT_FOUND);
  }

  private static Code code(java.util.function.Supplier<?> call) {
    try {
      var _ = call.get();
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
