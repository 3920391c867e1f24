package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.chunks;
import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How many documents a tenant may keep. */
class LimitedStoreTest extends LimitedStorage {

  @Test
  void allCollectionsOfATenantCountTogether() {
    fill();
    assertFull();
    assertThat(lucene.documentCount("default")).isEqualTo(3);
  }

  @Test
  void replacingIsFreeAtTheLimitWhateverIsExpected() {
    fill();
    assertThat(put(BOOKS, "a", "other")).isEqualTo(Upserted.REPLACED);
    String version = lucene.version(BOOKS, "a").orElseThrow().version();
    assertThat(put(BOOKS, "a", "third", ExpectedVersion.exactly(version)))
        .isEqualTo(Upserted.REPLACED);
    assertThatThrownBy(() -> put(BOOKS, "a", "fourth", ExpectedVersion.absent()))
        .isInstanceOf(AlreadyExists.class);
    assertThat(put(BOOKS, "a", "third", ExpectedVersion.absent())).isEqualTo(Upserted.UNCHANGED);
    assertThatThrownBy(() -> put(BOOKS, "c", "new", ExpectedVersion.absent()))
        .isInstanceOf(QuotaExceeded.class);
    assertThat(lucene.documentCount("default")).isEqualTo(3);
  }

  @Test
  void whatIsDeletedGivesRoom() {
    fill();
    assertThat(store.deleteDocument(BOOKS, "b").join()).isTrue();
    assertThat(store.deleteDocument(BOOKS, "b").join()).isFalse();
    put(BOOKS, "c", "new");
    assertFull();
    store.delete(FILMS);
    put(BOOKS, "d", "new");
    assertFull();
  }

  @Test
  void theCountOutlivesARestart() {
    fill();
    lucene.close();
    reopen();
    assertFull();
  }

  @Test
  void aFailedWriteKeepsNoRoom() {
    put(BOOKS, "a", "one");
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> put(key("none"), "x", "y")).isNotInstanceOf(QuotaExceeded.class);
    }
    put(BOOKS, "b", "two");
    put(BOOKS, "c", "three");
    assertFull();
    assertThat(store.documentsOf("default").onTheirWay()).isZero();
  }

  @Test
  void whatAnotherGatewayStoredIsSeenAndWhatItDeletedToo() {
    put(BOOKS, "a", "one");
    StoredDocument elsewhere = document("b", "", "two");
    lucene.upsert(BOOKS, elsewhere, chunks(elsewhere)).join();
    clock.addAndGet(TenantCount.OLD_NANOS);
    put(BOOKS, "c", "three");
    assertFull();
    lucene.deleteDocument(BOOKS, "b").join();
    clock.addAndGet(TenantCount.SURE_NANOS);
    put(BOOKS, "d", "four");
    assertFull();
  }

  @Test
  void aTenantWithoutALimitIsNotCounted() {
    most = OptionalLong.empty();
    fill();
    put(BOOKS, "c", "four");
    assertThat(store.documentsOf("default").total()).isZero();
  }

  /** Writers of few names beside deleters: never more than the limit, and no room is lost. */
  @Test
  void noNumberOfWritersPassesTheLimit() throws Exception {
    most = OptionalLong.of(10);
    List<Future<Integer>> writers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        Random random = new Random(i);
        writers.add(threads.submit(() -> write(random)));
      }
    }
    int refused = 0;
    for (Future<Integer> writer : writers) {
      refused += writer.get();
    }
    assertThat(refused).isPositive();
    assertThat(store.documentsOf("default").onTheirWay()).isZero();
    assertThat(lucene.documentCount("default")).isLessThanOrEqualTo(10);
    clock.addAndGet(TenantCount.OLD_NANOS);
    for (int i = 0; lucene.documentCount("default") < 10; i++) {
      put(BOOKS, "filling " + i, "text");
    }
    assertFull();
  }

  private int write(Random random) {
    int refused = 0;
    for (int i = 0; i < 20; i++) {
      String id = "d" + random.nextInt(25);
      try {
        if (random.nextInt(4) == 0) {
          var _ = store.deleteDocument(BOOKS, id).join();
        } else {
          var _ = put(BOOKS, id, "text " + random.nextInt(1000));
        }
      } catch (QuotaExceeded full) {
        refused++;
      }
      assertThat(lucene.documentCount("default")).isLessThanOrEqualTo(10);
    }
    return refused;
  }
}
