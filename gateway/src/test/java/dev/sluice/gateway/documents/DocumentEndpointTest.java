package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Document.Format;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.ListDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DocumentEndpointTest {

  private static final String BOOKS = "books";

  @TempDir private Path data;

  private Gateway gateway;

  @BeforeEach
  void startWithACollection() throws Exception {
    gateway = new Gateway(data);
    gateway
        .collections()
        .createCollection(CreateCollectionRequest.newBuilder().setCollection(BOOKS).build());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
  }

  private UpsertCall call() {
    return new UpsertCall(gateway.asyncDocuments(), BOOKS);
  }

  private UpsertDocumentsResponse upsert(Document document) {
    UpsertCall call = call().send(document);
    assertThat(call.finish()).isEqualTo(Status.OK);
    return call.responses.getFirst();
  }

  private static Document document(String id, String text) {
    return Document.newBuilder().setId(id).setText(text).build();
  }

  private Document get(String id) throws Exception {
    return gateway
        .documents()
        .getDocument(
            GetDocumentRequest.newBuilder().setCollection(BOOKS).setDocumentId(id).build());
  }

  private static Status.Code code(ThrowingCall call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (Exception e) {
      return Status.fromThrowable(e).getCode();
    }
  }

  private interface ThrowingCall {
    void run() throws Exception;
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aDocumentIsCreatedThenUnchangedThenReplaced() throws Exception {
    Document document =
        Document.newBuilder()
            .setId("a")
            .setTitle("Fruit")
            .setText("# Apples\n\nare red.\n\n# Pears\n\nare green.")
            .setFormat(Format.MARKDOWN)
            .setMetadata(Samples.metadata("k", "v"))
            .build();
    UpsertDocumentsResponse created = upsert(document);
    assertThat(created.getResult()).isEqualTo(Result.CREATED);
    assertThat(created.getChunkCount()).isEqualTo(2);
    assertThat(created.getVersion()).matches("[0-9a-f]{32}");
    Document stored = get("a");
    assertThat(stored)
        .isEqualTo(
            document.toBuilder()
                .setVersion(created.getVersion())
                .setUpdateTime(DocumentEndpoint.timestamp(Samples.NOW))
                .setChunkCount(2)
                .build());
    int embedded = gateway.embedder.embedded.size();
    UpsertDocumentsResponse unchanged = upsert(document);
    assertThat(unchanged)
        .isEqualTo(
            created.toBuilder().setResult(Result.UNCHANGED).clearEmbeddedChunkCount().build());
    assertThat(gateway.embedder.embedded).hasSize(embedded);
    UpsertDocumentsResponse replaced = upsert(document.toBuilder().setTitle("Other").build());
    assertThat(replaced.getResult()).isEqualTo(Result.REPLACED);
    assertThat(replaced.getVersion()).isNotEqualTo(created.getVersion());
    assertThat(upsert(document).getVersion()).isEqualTo(created.getVersion());
  }

  @Test
  void anUnspecifiedFormatIsPlainText() throws Exception {
    upsert(document("a", "# no heading"));
    assertThat(get("a").getFormat()).isEqualTo(Format.PLAIN_TEXT);
    Document plain = document("a", "# no heading").toBuilder().setFormat(Format.PLAIN_TEXT).build();
    assertThat(upsert(plain).getResult()).isEqualTo(Result.UNCHANGED);
  }

  private static UpsertDocumentsRequest.Builder expecting(Document document) {
    return UpsertDocumentsRequest.newBuilder().setCollection(BOOKS).setDocument(document);
  }

  @Test
  void aViolatedPreconditionRefusesTheDocumentAloneNamingTheStoredVersion() throws Exception {
    String version = upsert(document("a", "text")).getVersion();
    int embedded = gateway.embedder.embedded.size();
    UpsertCall call = call();
    call.send(expecting(document("a", "other")).setIfVersion("f00d").build());
    call.send(expecting(document("a", "other")).setIfAbsent(true).build());
    call.send(expecting(document("b", "other")).setIfVersion(version).build());
    call.send(expecting(document("a", "other")).setIfVersion("").build());
    call.send(expecting(document("a", "other")).setIfVersion("v".repeat(65)).build());
    call.send(expecting(document("a", "text")).setIfVersion("f00d").build());
    call.send(expecting(document("a", "text")).setIfAbsent(true).build());
    call.send(expecting(document("c", "text")).setIfAbsent(true).build());
    call.send(expecting(document("a", "newer")).setIfVersion(version).build());
    assertThat(call.finish()).isEqualTo(Status.OK);
    List<Integer> codes =
        List.of(
            Code.ABORTED_VALUE,
            Code.ALREADY_EXISTS_VALUE,
            Code.ABORTED_VALUE,
            Code.INVALID_ARGUMENT_VALUE,
            Code.INVALID_ARGUMENT_VALUE);
    List<String> stored = List.of(version, version, "");
    for (int i = 0; i < codes.size(); i++) {
      com.google.rpc.Status error = call.responses.get(i).getError();
      assertThat(error.getCode()).isEqualTo(codes.get(i));
      if (i < stored.size()) {
        ErrorInfo info = error.getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("VERSION_CONFLICT");
        assertThat(info.getMetadataOrThrow("current_version")).isEqualTo(stored.get(i));
      }
    }
    assertThat(call.responses.subList(codes.size(), 9))
        .extracting(UpsertDocumentsResponse::getResult)
        .containsExactly(Result.UNCHANGED, Result.UNCHANGED, Result.CREATED, Result.REPLACED);
    assertThat(gateway.embedder.embedded).hasSize(embedded + 2);
    assertThat(get("a").getText()).isEqualTo("newer");
  }

  @Test
  void onlyTheVersionThatIsNamedIsDeleted() throws Exception {
    String version = upsert(document("a", "text")).getVersion();
    DeleteDocumentRequest.Builder delete =
        DeleteDocumentRequest.newBuilder().setCollection(BOOKS).setDocumentId("a");
    assertThat(code(() -> gateway.documents().deleteDocument(delete.setIfVersion("f00d").build())))
        .isEqualTo(Status.Code.ABORTED);
    gateway.documents().deleteDocument(delete.setIfVersion(version).build());
    assertThat(code(() -> get("a"))).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void theTokenOfAnAcknowledgementStandsForTheWholeStreamUntilThen() throws Exception {
    UpsertCall call = call();
    for (int i = 0; i < 30; i++) {
      call.send(document("d" + i, "text number " + i + " more words".repeat(i % 7 * 20)));
    }
    assertThat(call.finish()).isEqualTo(Status.OK);
    WritePosition last = position(call.responses.getFirst());
    for (UpsertDocumentsResponse response : call.responses) {
      WritePosition next = position(response);
      assertThat(last.isAfter(next)).isFalse();
      last = next;
    }
    assertThat(last.sequence()).isEqualTo(30);
  }

  private static WritePosition position(UpsertDocumentsResponse response) {
    return Objects.requireNonNull(WritePosition.read(response.getConsistencyToken()));
  }

  @Test
  void aReadWithATokenSeesTheWriteOrFails() throws Exception {
    String token = upsert(document("a", "text")).getConsistencyToken();
    GetDocumentRequest.Builder get =
        GetDocumentRequest.newBuilder().setCollection(BOOKS).setDocumentId("a");
    assertThat(gateway.documents().getDocument(get.setConsistencyToken(token).build()).getText())
        .isEqualTo("text");
    assertThat(upsert(document("a", "text")).getConsistencyToken()).isEqualTo(token);
    DeleteDocumentRequest delete =
        DeleteDocumentRequest.newBuilder().setCollection(BOOKS).setDocumentId("a").build();
    String gone = gateway.documents().deleteDocument(delete).getConsistencyToken();
    ListDocumentsRequest.Builder list = ListDocumentsRequest.newBuilder().setCollection(BOOKS);
    assertThat(
            gateway
                .documents()
                .listDocuments(list.setConsistencyToken(gone).build())
                .getDocumentsList())
        .isEmpty();
    makeAgain();
    assertThat(code(() -> gateway.documents().listDocuments(list.build())))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(code(() -> gateway.documents().getDocument(get.build())))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(
            code(() -> gateway.documents().listDocuments(list.setConsistencyToken("mine").build())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private void makeAgain() throws Exception {
    gateway
        .collections()
        .deleteCollection(DeleteCollectionRequest.newBuilder().setCollection(BOOKS).build());
    gateway
        .collections()
        .createCollection(CreateCollectionRequest.newBuilder().setCollection(BOOKS).build());
  }

  @Test
  void aDeletionByAFilterHasATokenWhenItDeletedAnything() throws Exception {
    putTagged(3);
    DeleteDocumentsRequest odd =
        DeleteDocumentsRequest.newBuilder().setCollection(BOOKS).setFilter("tag == 'odd'").build();
    String token = gateway.documents().deleteDocuments(odd).getConsistencyToken();
    ListDocumentsRequest list =
        ListDocumentsRequest.newBuilder().setCollection(BOOKS).setConsistencyToken(token).build();
    assertThat(gateway.documents().listDocuments(list).getDocumentsCount()).isEqualTo(2);
    assertThat(gateway.documents().deleteDocuments(odd).getConsistencyToken()).isEmpty();
  }

  @Test
  void declaredTypesAreRequiredOfDocumentsAndFilters() throws Exception {
    gateway
        .collections()
        .createCollection(
            CreateCollectionRequest.newBuilder()
                .setCollection("typed")
                .putMetadataTypes("tag", MetadataType.NUMBER)
                .build());
    UpsertCall call = new UpsertCall(gateway.asyncDocuments(), "typed");
    Document wrong =
        document("a", "text").toBuilder().setMetadata(Samples.metadata("tag", "odd")).build();
    Document other =
        document("b", "text").toBuilder().setMetadata(Samples.metadata("any", "odd")).build();
    call.send(wrong, other);
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses.get(0).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(call.responses.get(0).getError().getMessage())
        .isEqualTo("document.metadata.tag: is declared NUMBER, here it is a string");
    assertThat(call.responses.get(1).getResult()).isEqualTo(Result.CREATED);
    assertThat(gateway.embedder.embedded).hasSize(1);
    DeleteDocumentsRequest delete =
        DeleteDocumentsRequest.newBuilder()
            .setCollection("typed")
            .setFilter("tag == 'odd'")
            .build();
    assertThatThrownBy(() -> gateway.documents().deleteDocuments(delete))
        .hasMessageContaining("INVALID_ARGUMENT: filter: at 1:5: tag is a NUMBER");
    ListDocumentsRequest list =
        ListDocumentsRequest.newBuilder().setCollection("typed").setFilter("tag == 'x'").build();
    assertThatThrownBy(() -> gateway.documents().listDocuments(list))
        .hasMessageContaining("INVALID_ARGUMENT: filter: at 1:5: tag is a NUMBER");
  }

  @Test
  void anotherChunkerEndsTheStreamNamingBoth() {
    gateway.store.create(Samples.key("older"), Samples.MODEL, "0.9");
    UpsertCall call = new UpsertCall(gateway.asyncDocuments(), "older").send(document("a", "b"));
    Status status = call.awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .contains("chunker version 0.9", "in use is " + Chunker.VERSION);
  }

  @Test
  void anotherDimensionEndsTheStreamNamingBoth() {
    gateway.embedder.model = new EmbedModel("bag-of-words", "f00d", 7, 512);
    Status status = call().send(document("a", "b")).awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).contains("64 dimensions", "have 7");
  }

  @Test
  void acknowledgementsComeInTheOrderOfTheRequests() {
    UpsertCall call = call();
    for (int i = 0; i < 100; i++) {
      call.send(document("d" + i, "text number " + i + " more words".repeat(i % 7 * 20)));
    }
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses)
        .extracting(UpsertDocumentsResponse::getIndex)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(Long::valueOf).toList());
    assertThat(call.responses)
        .allSatisfy(response -> {
          assertThat(response.getResult()).isEqualTo(Result.CREATED);
          assertThat(response.getDocumentId()).isEqualTo("d" + response.getIndex());
        });
    assertThat(gateway.store.size(Samples.key(BOOKS)).documents()).isEqualTo(100);
  }

  @Test
  void aStreamWithoutDocumentsCompletes() {
    assertThat(call().finish()).isEqualTo(Status.OK);
  }

  @Test
  void ofTheSameIdTwiceTheLaterWins() throws Exception {
    UpsertCall call = call();
    for (int i = 0; i < 16; i++) {
      call.send(document("same", "text " + i % 2));
    }
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses.getFirst().getResult()).isEqualTo(Result.CREATED);
    assertThat(call.responses.subList(1, 16))
        .extracting(UpsertDocumentsResponse::getResult)
        .containsOnly(Result.REPLACED);
    assertThat(get("same").getText()).isEqualTo("text 1");
  }

  @Test
  void aRefusedDocumentHarmsNoOther() {
    Document good = document("good", "text");
    List<Document> bad =
        List.of(
            document("", "text"),
            document("i".repeat(513), "text"),
            document("empty", ""),
            document("large", "é".repeat(Gateway.MAX_DOCUMENT_BYTES / 2 + 1)),
            good.toBuilder().setTitle("😀".repeat(1025)).build(),
            good.toBuilder().setFormatValue(99).build(),
            good.toBuilder().setMetadata(Samples.metadata("k", "v".repeat(65_537))).build());
    List<String> fields = List.of("id", "id", "text", "text", "title", "format", "metadata");
    UpsertCall call = call();
    bad.forEach(call::send);
    call.send(UpsertDocumentsRequest.getDefaultInstance());
    call.send(UpsertDocumentsRequest.newBuilder().setCollection("other").setDocument(good).build());
    call.send(good);
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses).hasSize(10);
    for (int i = 0; i < 9; i++) {
      UpsertDocumentsResponse response = call.responses.get(i);
      assertThat(response.getResult()).isEqualTo(Result.RESULT_UNSPECIFIED);
      assertThat(response.getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
      if (i < fields.size()) {
        assertThat(response.getError().getMessage()).startsWith("document." + fields.get(i));
      }
    }
    assertThat(call.responses.get(9).getResult()).isEqualTo(Result.CREATED);
    assertThat(call.responses.get(9).hasError()).isFalse();
  }

  @Test
  void theLargestAllowedValuesAreStored() throws Exception {
    Document document =
        Document.newBuilder()
            .setId("😀".repeat(512))
            .setTitle("😀".repeat(1024))
            .setText(words(Gateway.MAX_DOCUMENT_BYTES / 8))
            .build();
    UpsertDocumentsResponse response = upsert(document);
    assertThat(response.getResult()).isEqualTo(Result.CREATED);
    assertThat(gateway.embedder.mostTexts.get()).isEqualTo(16);
    assertThat(gateway.embedder.embedded).hasSize(response.getChunkCount());
    assertThat(get(document.getId()).getText()).isEqualTo(document.getText());
  }

  /** So many different words of 7 letters. */
  private static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w%06x".formatted(i))
        .collect(Collectors.joining(" "));
  }

  /** Paragraphs that are passages of their own. */
  private static Document paragraphs(String... beginnings) {
    return document(
        "a",
        Stream.of(beginnings)
            .map(beginning -> beginning + " and more words".repeat(8))
            .collect(Collectors.joining("\n\n")));
  }

  private List<String> embeddedFor(Document document) {
    int before = gateway.embedder.embedded.size();
    UpsertDocumentsResponse response = upsert(document);
    List<String> embedded =
        List.copyOf(gateway.embedder.embedded.subList(before, gateway.embedder.embedded.size()));
    assertThat(response.getEmbeddedChunkCount()).isEqualTo(embedded.size());
    assertThat(
            gateway.store.retrieve(
                Samples.key(BOOKS), Retrieval.lexical("words", 100), Samples.soon()))
        .hasSize(response.getChunkCount());
    return embedded;
  }

  @Test
  void onlyTheChangedPassagesOfADocumentAreEmbedded() {
    assertThat(embeddedFor(paragraphs("one", "two", "three"))).hasSize(3);
    assertThat(embeddedFor(paragraphs("one", "changed", "three")))
        .singleElement()
        .satisfies(text -> assertThat(text).startsWith("changed"));
    assertThat(embeddedFor(paragraphs("new", "one", "changed", "three")))
        .singleElement()
        .satisfies(text -> assertThat(text).startsWith("new"));
    assertThat(embeddedFor(paragraphs("three", "one"))).isEmpty();
    assertThat(embeddedFor(paragraphs("three", "one").toBuilder().setTitle("T").build()))
        .hasSize(2);
  }

  @Test
  void aPassageThatWasEmbeddedBeforeHasTheSameVector() {
    embeddedFor(paragraphs("one", "two"));
    embeddedFor(paragraphs("zero", "two", "one"));
    gateway
        .store
        .vectors(Samples.key(BOOKS), "a")
        .forEach((text, vector) -> assertThat(vector).isEqualTo(Samples.vector(text)));
  }

  @Test
  void repeatedPassagesAreEmbeddedOnce() {
    assertThat(embeddedFor(paragraphs("one", "one", "two", "one"))).hasSize(2);
    assertThat(embeddedFor(paragraphs("one", "one", "one", "three", "three"))).hasSize(1);
  }

  @Test
  void metadataAreChangedWithoutEmbedding() {
    Document document = paragraphs("one", "two");
    embeddedFor(document);
    Document changed = document.toBuilder().setMetadata(Samples.metadata("k", "v")).build();
    assertThat(embeddedFor(changed)).isEmpty();
    assertThat(upsert(changed).getResult()).isEqualTo(Result.UNCHANGED);
  }

  @Test
  void ofManyStreamsThatWriteOneDocumentOneStandsWhole() throws Exception {
    List<UpsertCall> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      UpsertCall call = call();
      for (int j = 0; j < 5; j++) {
        call.send(paragraphs("stream " + i, "round " + j, "same"));
      }
      calls.add(call);
    }
    assertThat(calls).allSatisfy(call -> assertThat(call.finish()).isEqualTo(Status.OK));
    Document stored = get("a");
    assertThat(stored.getText()).startsWith("stream ").contains("\n\nround 4");
    assertThat(
            gateway.store.retrieve(
                Samples.key(BOOKS), Retrieval.lexical("words", 100), Samples.soon()))
        .hasSize(stored.getChunkCount())
        .allSatisfy(candidate ->
            assertThat(candidate.passage().documentVersion()).isEqualTo(stored.getVersion()));
  }

  @Test
  void aBlankTextIsFoundByItsTitle() {
    Document blank = document("a", " \n").toBuilder().setTitle("Quokkas").build();
    assertThat(upsert(blank).getChunkCount()).isEqualTo(1);
    assertThat(upsert(document("b", " \n")).getChunkCount()).isZero();
    assertThat(
            gateway.store.retrieve(
                Samples.key(BOOKS), Retrieval.lexical("quokka", 5), Samples.soon()))
        .singleElement()
        .satisfies(candidate -> assertThat(candidate.passage().text()).isEmpty());
  }

  @Test
  void theFirstRequestMustNameTheCollection() {
    UpsertCall call = call();
    call.send(UpsertDocumentsRequest.newBuilder().setDocument(document("a", "b")).build());
    Status status = call.awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).startsWith("collection:");
  }

  @Test
  void laterRequestsNeedNotNameTheCollection() {
    UpsertCall call = call().send(document("a", "text"));
    call.send(UpsertDocumentsRequest.newBuilder().setDocument(document("b", "text")).build());
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses.get(1).getResult()).isEqualTo(Result.CREATED);
  }

  @Test
  void anUnknownCollectionEndsTheStream() {
    for (String name : List.of("unknown", "..", "../default/books", "A")) {
      UpsertCall call = new UpsertCall(gateway.asyncDocuments(), name).send(document("a", "b"));
      assertThat(call.awaitEnd().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
  }

  @Test
  void anotherEmbeddingModelEndsTheStreamNamingBoth() {
    gateway.embedder.model = new EmbedModel("newer", "beef", Samples.DIMENSION, 512);
    Status status = call().send(document("a", "b")).awaitEnd();
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).contains("bag-of-words", "f00d", "newer", "beef");
  }

  @Test
  void aModelThatIsReplacedMeanwhileStoresNothingOfItsOwn() {
    gateway.embedder.gate = new Semaphore(0);
    UpsertCall call = call().send(document("a", "b"));
    until(() -> gateway.embedder.waiting.get() == 1);
    gateway.embedder.model = new EmbedModel("newer", "beef", Samples.DIMENSION, 512);
    gateway.embedder.gate.release();
    assertThat(call.awaitEnd().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(gateway.store.size(Samples.key(BOOKS)).documents()).isZero();
  }

  @Test
  void aShortDisturbanceOfTheEmbedServiceIsWaitedOut() {
    gateway.embedder.failures.add(new Unavailable("GONE", "away"));
    gateway.embedder.failures.add(new Overloaded("busy", Duration.ofMillis(1)));
    assertThat(upsert(document("a", "text")).getResult()).isEqualTo(Result.CREATED);
  }

  @Test
  void aLastingDisturbanceRefusesTheDocumentAlone() {
    UpsertCall call = call();
    call.send(document("a", "poison"), document("b", "text"));
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses.get(0).getError().getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
    assertThat(call.responses.get(1).getResult()).isEqualTo(Result.CREATED);
  }

  @Test
  void aCollectionThatIsDeletedMeanwhileEndsTheStream() throws Exception {
    gateway.embedder.gate = new Semaphore(0);
    UpsertCall call = call().send(document("a", "text"));
    until(() -> gateway.embedder.waiting.get() == 1);
    gateway
        .collections()
        .deleteCollection(DeleteCollectionRequest.newBuilder().setCollection(BOOKS).build());
    gateway.embedder.gate.release();
    assertThat(call.awaitEnd().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void noMoreDocumentsAreReadThanMayBeInFlight() throws Exception {
    assertThat(readBeforeAnyIsStored("text")).isEqualTo(Gateway.DOCUMENTS_IN_FLIGHT);
  }

  @Test
  void noMoreBytesAreReadThanMayBeInFlight() throws Exception {
    String large = "word ".repeat(Gateway.MAX_DOCUMENT_BYTES / 5);
    assertThat(readBeforeAnyIsStored(large)).isEqualTo(Gateway.MEBIBYTES_IN_FLIGHT);
  }

  /** Messages that the server takes while embedding hangs; all come through when it goes on. */
  private int readBeforeAnyIsStored(String text) throws Exception {
    gateway.embedder.gate = new Semaphore(0);
    int before = gateway.received.get();
    UpsertCall call = call();
    for (int i = 0; i < 20; i++) {
      call.send(document("d" + i, text));
    }
    until(() -> gateway.embedder.waiting.get() == 4);
    ListDocumentsRequest list = ListDocumentsRequest.newBuilder().setCollection(BOOKS).build();
    for (int i = 0; i < 100; i++) {
      gateway.documents().listDocuments(list);
    }
    int read = gateway.received.get() - before - 100;
    assertThat(call.responses).isEmpty();
    gateway.embedder.gate.release();
    assertThat(call.finish()).isEqualTo(Status.OK);
    assertThat(call.responses).hasSize(20);
    return read;
  }

  @Test
  void aCancelledCallStopsTheWork() {
    gateway.embedder.gate = new Semaphore(0);
    UpsertCall call = call();
    for (int i = 0; i < 100; i++) {
      call.send(document("d" + i, "text"));
    }
    until(() -> gateway.embedder.waiting.get() == 4);
    call.cancel();
    assertThat(call.awaitEnd().getCode()).isEqualTo(Status.Code.CANCELLED);
    gateway.embedder.gate.release();
    until(() -> gateway.embedder.waiting.get() == 0);
    assertThat(upsert(document("later", "text")).getResult()).isEqualTo(Result.CREATED);
    assertThat(gateway.embedder.embedded.size()).isLessThanOrEqualTo(5);
  }

  @Test
  void aDeadlineEndsTheStream() {
    gateway.embedder.gate = new Semaphore(0);
    UpsertCall call =
        new UpsertCall(
            gateway.asyncDocuments().withDeadlineAfter(50, TimeUnit.MILLISECONDS), BOOKS);
    call.send(document("a", "text"));
    assertThat(call.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void manyStreamsAtOnceAllGetTheirDocumentsIn() {
    List<UpsertCall> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      UpsertCall call = call();
      for (int j = 0; j < 10; j++) {
        call.send(document("s" + i + "d" + j, "text"));
      }
      calls.add(call);
    }
    assertThat(calls).allSatisfy(call -> assertThat(call.finish()).isEqualTo(Status.OK));
    assertThat(gateway.store.size(Samples.key(BOOKS)).documents()).isEqualTo(80);
  }

  @Test
  void documentsAreListedInPages() throws Exception {
    UpsertCall call = call();
    for (int i = 10; i < 35; i++) {
      call.send(document("d" + i, "text"));
    }
    call.finish();
    List<String> ids = new ArrayList<>();
    ListDocumentsRequest.Builder request =
        ListDocumentsRequest.newBuilder().setCollection(BOOKS).setPageSize(10);
    ListDocumentsResponse page;
    do {
      page = gateway.documents().listDocuments(request.build());
      page.getDocumentsList().forEach(document -> ids.add(document.getId()));
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    assertThat(ids)
        .containsExactlyElementsOf(IntStream.range(10, 35).mapToObj(i -> "d" + i).toList());
    assertThat(page.getDocuments(0).getText()).isEmpty();
    assertThat(page.getDocuments(0).getVersion()).isNotEmpty();
  }

  private void putTagged(int count) {
    UpsertCall call = call();
    for (int i = 0; i < count; i++) {
      Document document = document("d" + i, "text " + i);
      String tag = i % 2 == 0 ? "even" : "odd";
      call.send(document.toBuilder().setMetadata(Samples.metadata("tag", tag)).build());
    }
    assertThat(call.finish()).isEqualTo(Status.OK);
  }

  @Test
  void onlyDocumentsThatTheFilterLetsPassAreListed() throws Exception {
    putTagged(9);
    ListDocumentsRequest.Builder odd =
        ListDocumentsRequest.newBuilder()
            .setCollection(BOOKS)
            .setPageSize(3)
            .setFilter("tag == 'odd'");
    ListDocumentsResponse first = gateway.documents().listDocuments(odd.build());
    assertThat(first.getDocumentsList())
        .extracting(Document::getId)
        .containsExactly("d1", "d3", "d5");
    odd.setPageToken(first.getNextPageToken());
    ListDocumentsResponse second = gateway.documents().listDocuments(odd.build());
    assertThat(second.getDocumentsList()).extracting(Document::getId).containsExactly("d7");
    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(code(() -> gateway.documents().listDocuments(odd.clearFilter().build())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(() -> gateway.documents().listDocuments(odd.setFilter("tag ==").build())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void documentsThatTheFilterLetsPassAreDeletedAndCounted() throws Exception {
    putTagged(9);
    DeleteDocumentsRequest odd =
        DeleteDocumentsRequest.newBuilder().setCollection(BOOKS).setFilter("tag == 'odd'").build();
    assertThat(gateway.documents().deleteDocuments(odd).getDeletedCount()).isEqualTo(4);
    assertThat(gateway.store.size(Samples.key(BOOKS)).documents()).isEqualTo(5);
    assertThat(gateway.documents().deleteDocuments(odd).getDeletedCount()).isZero();
    assertThat(
            code(() -> gateway.documents().deleteDocuments(odd.toBuilder().clearFilter().build())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    DeleteDocumentsRequest none = odd.toBuilder().setCollection("none").build();
    assertThat(code(() -> gateway.documents().deleteDocuments(none)))
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void largeRecordsMakeShorterPages() throws Exception {
    UpsertCall call = call();
    for (int i = 0; i < 80; i++) {
      Document document = document("d" + i, "text");
      call.send(
          document.toBuilder().setMetadata(Samples.metadata("k", "v".repeat(60_000))).build());
    }
    call.finish();
    ListDocumentsResponse page =
        gateway
            .documents()
            .listDocuments(ListDocumentsRequest.newBuilder().setCollection(BOOKS).build());
    assertThat(page.getSerializedSize()).isLessThan(4 << 20);
    assertThat(page.getNextPageToken()).isNotEmpty();
  }

  @Test
  void pageTokensOfOtherListsAreRefused() {
    String other = PageToken.after("d1", "documents", "default", "other");
    for (String token : List.of(other, "x", "ÄÖ", "AAAA", other.substring(1), other + "AA")) {
      assertThat(
              code(() ->
                  gateway
                      .documents()
                      .listDocuments(
                          ListDocumentsRequest.newBuilder()
                              .setCollection(BOOKS)
                              .setPageToken(token)
                              .build())))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void aDeletedDocumentIsNotFound() throws Exception {
    upsert(document("a", "text"));
    DeleteDocumentRequest request =
        DeleteDocumentRequest.newBuilder().setCollection(BOOKS).setDocumentId("a").build();
    gateway.documents().deleteDocument(request);
    assertThat(code(() -> gateway.documents().deleteDocument(request)))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThatThrownBy(() -> get("a")).hasMessageContaining("no document named 'a'");
    assertThat(upsert(document("a", "text")).getResult()).isEqualTo(Result.CREATED);
  }
}
