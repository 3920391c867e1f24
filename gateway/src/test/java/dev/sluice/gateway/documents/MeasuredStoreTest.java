package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static dev.sluice.gateway.documents.Samples.soon;
import static dev.sluice.gateway.documents.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is measured of a store, on the real Lucene store. */
@Timeout(60)
class MeasuredStoreTest {

  private static final CollectionKey BOOKS = key("books");

  @TempDir private Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private DataDirectory data;
  private MeasuredStore store;

  @BeforeEach
  void open() {
    data = DataDirectory.open(folder);
    var lucene = new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    store = new MeasuredStore(lucene, "lucene", registry);
    store.create(BOOKS, MODEL, "c1");
  }

  @AfterEach
  void close() {
    store.close();
    data.close();
  }

  private long count(String operation, String outcome) {
    return registry
        .get(StoreMetrics.DURATION)
        .tags("store", "lucene", "operation", operation, "outcome", outcome)
        .timer()
        .count();
  }

  @Test
  void readsAndWritesAreTimedByOperation() {
    StoredDocument document = document("a", "", "apples");
    store.upsert(BOOKS, document, chunks(document)).join();
    store.retrieve(BOOKS, Retrieval.hybrid("apples", vector("apples"), 10), soon());
    store.document(BOOKS, "a");

    assertThat(count("create_collection", "ok")).isOne();
    assertThat(count("upsert", "ok")).isOne();
    assertThat(count("retrieve", "ok")).isOne();
    assertThat(count("get", "ok")).isOne();
    assertThat(count("get", "failed")).isZero();
  }

  @Test
  void thatSomethingIsNotThereIsAnAnswer() {
    assertThatThrownBy(() -> store.collection(key("none"))).isInstanceOf(Failure.NotFound.class);

    assertThat(count("get_collection", "ok")).isOne();
    assertThat(count("get_collection", "failed")).isZero();
  }

  @Test
  void whatComesTooLateHasFailed() {
    Deadline past = Deadline.after(-1, TimeUnit.SECONDS);
    Retrieval retrieval = Retrieval.hybrid("apples", vector("apples"), 10);

    assertThatThrownBy(() -> store.retrieve(BOOKS, retrieval, past))
        .isInstanceOf(Failure.DeadlineExceeded.class);

    assertThat(count("retrieve", "failed")).isOne();
  }

  @Test
  void theSamplerAsksAtOnceAndEndsWithItsOwner() throws InterruptedException {
    var asked = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    var sampler =
        new UsageSampler(
            "test",
            _ -> {
              asked.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.set(true);
                Thread.currentThread().interrupt();
              }
              throw new Failure.Cancelled();
            },
            usage -> assertThat(usage).isNull());
    sampler.start();
    asked.await();

    sampler.close();

    assertThat(interrupted).isTrue();
  }
}
