package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that store ever newer texts of a few documents in "c", and that search, until the end.
 * Remembers what was acknowledged, and what was wrong with an answer that said nothing of it.
 */
final class StoreLoad {

  private static final int WRITERS = 4;
  private static final int SEARCHERS = 2;
  private static final Set<Code> OUTAGE = Set.of(Code.OK, Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED);

  private final Cluster gateway;
  private final SearchRequest request;
  private final int standing;
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger refusedWrites = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger degraded = new AtomicInteger();
  private final AtomicInteger outages = new AtomicInteger();
  private final Set<String> wrong = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;

  /**
   * @param standing how many documents there are whose ids begin with "standing"
   */
  StoreLoad(Cluster gateway, SearchRequest request, int standing) {
    this.gateway = gateway;
    this.request = request;
    this.standing = standing;
    for (int i = 0; i < WRITERS; i++) {
      String id = "moving" + i;
      threads.add(Thread.startVirtualThread(() -> write(id)));
    }
    for (int i = 0; i < SEARCHERS; i++) {
      threads.add(Thread.startVirtualThread(this::search));
    }
  }

  private void write(String id) {
    for (int generation = 1; !ended; generation++) {
      if (stores(id, generation)) {
        acknowledged.put(id, generation);
        writes.incrementAndGet();
      } else {
        refusedWrites.incrementAndGet();
      }
    }
  }

  private static String text(int generation) {
    return "Stone in generation " + generation + ".";
  }

  private boolean stores(String id, int generation) {
    var acknowledgements = new Acknowledgements(1);
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(gateway.channel).upsertDocuments(acknowledgements);
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection("c")
            .setDocument(Cluster.document(id, text(generation)))
            .build());
    requests.onCompleted();
    try {
      return !acknowledgements.all.get(1, TimeUnit.MINUTES).getFirst().hasError();
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException | TimeoutException e) {
      wrong.add("a write that did not end");
      return false;
    }
  }

  private void search() {
    while (!ended) {
      Ended search = Ended.search(gateway, request);
      if (!OUTAGE.contains(search.code())) {
        wrong.add("a search that ended with " + search.failure());
      } else if (search.code() != Code.OK) {
        outages.incrementAndGet();
      } else {
        count(search);
      }
    }
  }

  private void count(Ended search) {
    answers.incrementAndGet();
    long found =
        search.results().stream()
            .map(SearchResult::getDocumentId)
            .filter(id -> id.startsWith("standing"))
            .distinct()
            .count();
    if (!search.degradations().isEmpty()) {
      degraded.incrementAndGet();
    } else if (found < standing) {
      wrong.add("an answer with " + found + " documents that says nothing of the others");
    }
  }

  /** Waits until so many further writes are acknowledged, and so many searches answered. */
  void awaitMore(int some) throws InterruptedException {
    int wanted = writes.get() + some;
    int answered = answers.get() + some;
    Await.that(
        "writes and searches go on: " + this,
        () -> writes.get() >= wanted && answers.get() >= answered);
  }

  /** Whether what was acknowledged is there, or something newer. */
  void check() {
    assertThat(wrong).isEmpty();
    assertThat(acknowledged).hasSize(WRITERS);
    acknowledged.forEach(
        (id, generation) -> assertThat(stored(id)).isGreaterThanOrEqualTo(generation));
  }

  private int stored(String id) {
    String text =
        DocumentServiceGrpc.newBlockingStub(gateway.channel)
            .getDocument(
                GetDocumentRequest.newBuilder().setCollection("c").setDocumentId(id).build())
            .getText();
    return Integer.parseInt(text.replaceAll("\\D", ""));
  }

  @Override
  public String toString() {
    return "%s writes acknowledged, %s not; %s searches answered, %s of them degraded, %s not; %s"
        .formatted(writes, refusedWrites, answers, degraded, outages, wrong);
  }

  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
