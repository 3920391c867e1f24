package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SnapshotServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.TextDelta;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of tenants through a whole gateway. What is spent is earned again long after the test. */
@Timeout(180)
class QuotasIT {

  /** Of a second, in which one unit of a quota is earned. */
  private static final double EARNED = 0.001;

  private static final String QUOTAS =
      """
      {"tenants": {
        "few": {"requests_per_second": 0.001, "request_burst": 6},
        "frugal": {"tokens_per_minute": 0.06, "token_burst": 350},
        "short": {"tokens_per_minute": 0.06, "token_burst": 1},
        "writer": {"concurrent_generations": 1},
        "small": {"stored_documents": 2},
        "narrow": {"stored_collections": 2, "stored_snapshots": 1}
      }}
      """;

  @TempDir private Path data;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    Path file = Files.writeString(data.resolve("quotas.json"), QUOTAS);
    cluster = Cluster.start(data, Map.of("SLUICE_GATEWAY_QUOTAS_FILE", file.toString()));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Channel as(String tenant) {
    return NamedTenants.as(tenant, cluster.channel);
  }

  /** With a collection "c" of its own, which costs a request more than its documents. */
  private Channel withDocuments(String tenant, Document... documents) {
    Channel channel = as(tenant);
    var _ =
        CollectionServiceGrpc.newBlockingStub(channel)
            .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());
    Upserts.into(channel, "c").send(documents).finish();
    return channel;
  }

  private static SearchResponse search(Channel channel) {
    return SearchServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .search(Cluster.query("water gates").build());
  }

  private static void embed(Channel channel) {
    var _ =
        EmbedServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .embed(EmbedRequest.newBuilder().addTexts("a").build());
  }

  private static StatusRuntimeException refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).as("%s", e).isEqualTo(Code.RESOURCE_EXHAUSTED);
      return e;
    }
    throw new AssertionError("was not refused");
  }

  private static String quota(StatusRuntimeException refusal) {
    return Ended.details(refusal, QuotaFailure.class).getFirst().getViolations(0).getQuotaMetric();
  }

  /** How many units must be earned until the next call. */
  private static long units(StatusRuntimeException refusal) {
    var delay = Ended.details(refusal, RetryInfo.class).getFirst().getRetryDelay();
    return (long) Math.ceil((delay.getSeconds() + delay.getNanos() / 1e9) * EARNED);
  }

  @Test
  void aFloodOfOneTenantIsCutAndChangesNothingOfAnother() throws Exception {
    Channel flooding = withDocuments("few", document("gates", Cluster.GATES));
    Channel quiet = withDocuments("quiet", document("gates", Cluster.GATES));
    SearchResponse alone = search(quiet);
    int served = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> flood =
          threads.invokeAll(
              java.util.Collections.nCopies(
                  100,
                  () -> {
                    try {
                      search(flooding);
                      return true;
                    } catch (StatusRuntimeException refused) {
                      assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
                      return false;
                    }
                  }));
      for (int i = 0; i < 5; i++) {
        assertThat(search(quiet).getResultsList()).isEqualTo(alone.getResultsList());
      }
      for (Future<Boolean> each : flood) {
        served += each.get() ? 1 : 0;
      }
    }

    // The collection, and the stream with its document, were the first two.
    assertThat(served).isEqualTo(4);
    StatusRuntimeException refusal = refusal(() -> search(flooding));
    assertThat(quota(refusal)).isEqualTo("requests");
    assertThat(units(refusal)).isEqualTo(1);
    refusal(() -> embed(flooding));
  }

  @Test
  void tokensAreChargedOnEveryPath() {
    Channel frugal = withDocuments("frugal", document("gates", Cluster.GATES));
    cluster.services.tokens = 100;
    assertThat(search(frugal).getResultsList()).isNotEmpty(); // embeds and reranks: 200
    embed(frugal); // 300
    Iterator<GenerateEvent> text =
        GenerateServiceGrpc.newBlockingStub(frugal)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .generate(prompt());
    text.forEachRemaining(event -> {}); // 400 of 350
    StatusRuntimeException refusal = refusal(() -> search(frugal));
    assertThat(quota(refusal)).isEqualTo("tokens");
    assertThat(units(refusal)).isEqualTo(51);
    embed(cluster.channel);
  }

  /** Which is what each divides its model by, where it is overloaded. */
  @Test
  void everyServiceIsToldWhoseCallItIs() {
    Channel acme = withDocuments("acme", document("gates", Cluster.GATES));
    assertThat(search(acme).getResultsList()).isNotEmpty();
    var _ =
        AnswerServiceGrpc.newBlockingStub(acme)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .answer(Cluster.question("gates?").build());
    embed(acme);
    assertThat(cluster.services.tenants)
        .containsExactlyInAnyOrder(
            "sluice.embed.v1.EmbedService acme",
            "sluice.rerank.v1.RerankService acme",
            "sluice.generate.v1.GenerateService acme");
  }

  private static GenerateRequest prompt() {
    return GenerateRequest.newBuilder()
        .addMessages(Cluster.user("a question"))
        .addDocuments(dev.sluice.generate.v1.GroundingDocument.newBuilder().setText("Cats sleep."))
        .build();
  }

  @Test
  void aTextThatItsReaderLeavesIsChargedByEstimate() throws Exception {
    GenerateEvent word =
        GenerateEvent.newBuilder().setTextDelta(TextDelta.newBuilder().setText("word ")).build();
    cluster.services.writing = Writing.hangs(word, word, word);
    CancellableContext reading = Context.current().withCancellation();
    Channel channel = as("short");
    reading.run(() -> {
      Iterator<GenerateEvent> text =
          GenerateServiceGrpc.newBlockingStub(channel).generate(prompt());
      for (int i = 0; i < 3; i++) {
        var _ = text.next();
      }
    });
    reading.cancel(null);
    awaitCharged(channel);
    long estimate = 3L + prompt().getSerializedSize() / 4;
    assertThat(units(refusal(() -> embed(channel)))).isBetween(estimate - 3, estimate + 3);
  }

  private static void awaitCharged(Channel channel) throws InterruptedException {
    Await.that(
        "the estimate is charged",
        () -> {
          try {
            embed(channel);
            return false;
          } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode() == Code.RESOURCE_EXHAUSTED;
          }
        });
  }

  @Test
  void aRerankingThatItsCallerLeavesIsChargedByEstimateOnce() throws Exception {
    cluster.services.rerank.script = Script.HANGS;
    CancellableContext asking = Context.current().withCancellation();
    Channel channel = as("short");
    var request = RerankRequest.newBuilder().setQuery("gates");
    for (int i = 0; i < 10; i++) {
      request.addDocuments(RerankDocument.newBuilder().setText(Cluster.GATES));
    }
    asking.run(() -> {
      var _ = RerankServiceGrpc.newFutureStub(channel).rerank(request.build());
    });
    Await.that("it is scored", () -> cluster.services.rerank.received.size() == 1);
    asking.cancel(null);

    awaitCharged(channel);
    long estimate = request.build().getSerializedSize() / 4L;
    assertThat(units(refusal(() -> embed(channel)))).isEqualTo(estimate);
  }

  @Test
  void oneTextAtATimeIsWrittenAndItsPlaceIsFreeWhenItsReaderLeaves() throws Exception {
    cluster.services.writing = Writing.hangs();
    Channel writer = as("writer");
    CancellableContext reading = Context.current().withCancellation();
    reading.run(() -> {
      var _ = GenerateServiceGrpc.newBlockingStub(writer).generate(prompt());
    });
    Await.that("it is being written", () -> cluster.services.generate.received.size() == 1);

    var answers = AnswerServiceGrpc.newBlockingStub(writer).withDeadlineAfter(60, TimeUnit.SECONDS);
    var question = Cluster.question("what?").build();
    assertThat(quota(refusal(() -> answers.answer(question)))).isEqualTo("generations");
    assertThat(quota(refusal(() -> answers.streamAnswer(question).forEachRemaining(event -> {}))))
        .isEqualTo("generations");
    embed(writer);

    reading.cancel(null);
    cluster.services.writing = Writing.FIRST_SENTENCE;
    Await.that(
        "its place is free",
        () -> {
          try {
            GenerateServiceGrpc.newBlockingStub(writer)
                .generate(prompt())
                .forEachRemaining(event -> {});
            return true;
          } catch (StatusRuntimeException refused) {
            return false;
          }
        });
  }

  @Test
  void aCollectionAndASnapshotBeyondTheLimitsAreRefused() {
    Channel narrow = withDocuments("narrow");
    var collections = CollectionServiceGrpc.newBlockingStub(narrow);
    var snapshots = SnapshotServiceGrpc.newBlockingStub(narrow);
    var another = CreateCollectionRequest.newBuilder().setCollection("d").build();
    var _ = collections.createCollection(another);
    StatusRuntimeException refusal =
        refusal(() -> collections.createCollection(another.toBuilder().setCollection("e").build()));
    assertThat(quota(refusal)).isEqualTo("collections");
    assertThat(refusal).hasMessageContaining("'narrow' may keep 2 collections");
    assertThat(Ended.details(refusal, RetryInfo.class)).hasSize(1);

    var monday = CreateSnapshotRequest.newBuilder().setSnapshot("monday").build();
    var _ = snapshots.createSnapshot(monday);
    assertThat(
            quota(
                refusal(() ->
                    snapshots.createSnapshot(monday.toBuilder().setSnapshot("tuesday").build()))))
        .isEqualTo("snapshots");
    var _ = CollectionServiceGrpc.newBlockingStub(as("quiet")).createCollection(another);
  }

  @Test
  void aDocumentBeyondTheLimitIsRefusedAloneAndBeforeItIsEmbedded() {
    Channel small = withDocuments("small");
    Upserts stream = Upserts.into(small, "c").send(document("a", "One."), document("b", "Two."));
    stream.awaitAcknowledged(2);
    int embedded = cluster.services.embed.received.size();
    stream.send(document("c", "Three.")).awaitAcknowledged(1);
    assertThat(cluster.services.embed.received).hasSize(embedded);
    stream.send(document("a", "Other.")).awaitAcknowledged(1);
    var _ =
        DocumentServiceGrpc.newBlockingStub(small)
            .deleteDocument(
                DeleteDocumentRequest.newBuilder().setCollection("c").setDocumentId("b").build());
    stream.send(document("c", "Three.")).awaitAcknowledged(1).finish();

    assertThat(stream.status().getCode()).isEqualTo(Code.OK);
    assertThat(stream.acknowledged)
        .extracting(UpsertDocumentsResponse::getResult)
        .containsExactly(
            Result.CREATED,
            Result.CREATED,
            Result.RESULT_UNSPECIFIED,
            Result.REPLACED,
            Result.CREATED);
    var error = stream.acknowledged.get(2).getError();
    assertThat(error.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED.value());
    assertThat(error.getMessage()).contains("'small' may keep 2 documents");
    assertThat(error.getDetailsList())
        .anyMatch(each -> each.is(QuotaFailure.class))
        .anyMatch(each -> each.is(RetryInfo.class));
  }
}
