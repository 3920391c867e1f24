package dev.sluice.bench.store;

import dev.sluice.bench.store.Passages.Query;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.FilterParser;
import io.grpc.Deadline;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One store is filled with passages and searched. Owns nothing. */
public final class StoreRun {

  private static final CollectionKey KEY = new CollectionKey("bench", "passages");
  private static final int WRITERS = 64;
  private static final int CANDIDATES = 100;
  private static final int WANTED = 10;

  /** Until it is compiled, the code that compares vectors is a hundred times as slow. */
  private static final int WARM_UPS = 5;

  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DocumentStore store;
  private final Passages passages;
  private final List<Query> queries;

  StoreRun(DocumentStore store, Passages passages, List<Query> queries) {
    this.store = store;
    this.passages = passages;
    this.queries = queries;
  }

  /** Stores all passages from many callers at once; documents a second, each acknowledged. */
  double ingest() throws InterruptedException {
    store.create(KEY, new EmbedModel("synthetic", "0", VectorKind.DIMENSION, 512), "bench");
    AtomicInteger next = new AtomicInteger();
    var failures = new ConcurrentLinkedQueue<RuntimeException>();
    long begin = System.nanoTime();
    List<Thread> writers =
        IntStream.range(0, WRITERS)
            .mapToObj(i -> Thread.startVirtualThread(() -> write(next, failures)))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
    if (!failures.isEmpty()) {
      throw failures.remove();
    }
    return passages.count() / seconds(begin);
  }

  /** Each caller has a few documents on their way, as a stream of upserts has. */
  private void write(AtomicInteger next, ConcurrentLinkedQueue<RuntimeException> failures) {
    try {
      int from = next.getAndAdd(16);
      while (from < passages.count()) {
        IntStream.range(from, Math.min(from + 16, passages.count()))
            .mapToObj(this::put)
            .toList()
            .forEach(CompletableFuture::join);
        from = next.getAndAdd(16);
      }
    } catch (RuntimeException e) {
      failures.add(e);
    }
  }

  private CompletableFuture<?> put(int number) {
    StoredDocument document = passages.document(number);
    return store.upsert(KEY, document, passages.chunks(number, document));
  }

  /** Waits until no segments are merged; the seconds that it took. */
  static double awaitMerges() throws InterruptedException {
    long begin = System.nanoTime();
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("Lucene Merge Thread"))) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return seconds(begin);
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / (double) NANOS;
  }

  /** Percentiles of the milliseconds of hybrid searches, one at a time. */
  public record Latency(double p50, double p99) {

    static Latency of(double[] millis) {
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      return new Latency(sorted[sorted.length / 2], sorted[(int) (sorted.length * .99)]);
    }
  }

  Latency hybrid() {
    for (int i = 0; i < WARM_UPS; i++) {
      hybridMillis();
    }
    return Latency.of(hybridMillis());
  }

  private double[] hybridMillis() {
    return queries.stream()
        .mapToDouble(query -> {
          long begin = System.nanoTime();
          retrieve(Retrieval.hybrid(query.text(), query.vector(), CANDIDATES), null);
          return 1e3 * seconds(begin);
        })
        .toArray();
  }

  /** An exact scan of all vectors in memory, for comparison. */
  Latency exact() {
    return Latency.of(
        queries.stream()
            .mapToDouble(query -> {
              long begin = System.nanoTime();
              passages.nearest(query.vector(), Passages.GROUPS, CANDIDATES);
              return 1e3 * seconds(begin);
            })
            .toArray());
  }

  /**
   * Of the ten nearest passages, those that a search for ten finds.
   *
   * @param groups of 1000 that a filter lets pass
   */
  double recall(int groups) {
    Filter filter = groups == Passages.GROUPS ? null : FilterParser.parse("n < " + groups);
    long found = 0;
    for (Query query : queries) {
      Set<String> nearest =
          Arrays.stream(passages.nearest(query.vector(), groups, WANTED))
              .mapToObj(Integer::toString)
              .collect(Collectors.toSet());
      found +=
          retrieve(Retrieval.dense(query.vector(), WANTED), filter).stream()
              .sorted(Comparator.comparingDouble(StoreRun::distance))
              .limit(WANTED)
              .filter(candidate -> nearest.contains(candidate.passage().documentId()))
              .count();
    }
    return found / (double) (WANTED * queries.size());
  }

  private static double distance(Candidate candidate) {
    Double cosine = candidate.cosine();
    return cosine == null ? 1 : -cosine;
  }

  private List<Candidate> retrieve(Retrieval retrieval, @Nullable Filter filter) {
    return store.retrieve(KEY, retrieval.among(filter), Deadline.after(60, TimeUnit.SECONDS));
  }
}
