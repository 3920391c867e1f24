package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.type.v1.Degradation;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers that search, ask and store at an even pace, whether or not earlier calls have ended, up
 * to some that wait. Owns its threads until {@link #end}.
 */
final class RollingLoad {

  static final String COLLECTION = "c";

  private static final long BETWEEN_MILLIS = 250;
  private static final int WAITING = 16;
  private static final long DEADLINE_SECONDS = 110;

  private final Channel channel;
  private final ScheduledExecutorService pace =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("pace").factory());
  private final Semaphore waiting = new Semaphore(WAITING);
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger notMade = new AtomicInteger();

  RollingLoad(Channel channel) {
    this.channel = channel;
  }

  void begin() {
    var _ = pace.scheduleAtFixedRate(this::due, 0, BETWEEN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void due() {
    if (!waiting.tryAcquire()) {
      notMade.incrementAndGet();
      return;
    }
    int number = made.getAndIncrement();
    Thread.startVirtualThread(() -> {
      try {
        call(number);
      } catch (StatusRuntimeException | CompletionException e) {
        wrong.add("call " + number + ": " + e);
      } finally {
        ended.incrementAndGet();
        waiting.release();
      }
    });
  }

  private void call(int number) {
    switch (number % 3) {
      case 0 -> whole(number, search());
      case 1 -> whole(number, answer());
      default -> store("d" + number, "Document " + number + " says that the lock has two gates.");
    }
  }

  private void whole(int number, List<Degradation> degradations) {
    degradations.forEach(each -> wrong.add("call " + number + " was degraded: " + each));
  }

  private List<Degradation> search() {
    return SearchServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .search(
            SearchRequest.newBuilder()
                .setCollection(COLLECTION)
                .setQuery("gates of a lock")
                .build())
        .getDegradationsList();
  }

  private List<Degradation> answer() {
    return AnswerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .answer(
            AnswerRequest.newBuilder()
                .setCollection(COLLECTION)
                .addMessages(
                    Message.newBuilder()
                        .setRole(Message.Role.USER)
                        .setContent("How many gates has the lock?"))
                .build())
        .getDegradationsList();
  }

  /** Stores a document, and remembers it when that was acknowledged. */
  void store(String id, String text) {
    var acknowledgement = new CompletableFuture<UpsertDocumentsResponse>();
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .upsertDocuments(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UpsertDocumentsResponse response) {
                    acknowledgement.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    acknowledgement.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection(COLLECTION)
            .setDocument(Document.newBuilder().setId(id).setText(text))
            .build());
    requests.onCompleted();
    UpsertDocumentsResponse response = acknowledgement.join();
    if (response.hasError()) {
      wrong.add(id + " was not stored: " + response.getError());
    } else {
      acknowledged.put(id, text);
    }
  }

  /** Waits until so many further calls have ended. */
  void awaitMore(int calls) throws InterruptedException {
    int wanted = ended.get() + calls;
    Patience.await("calls go on: " + this, () -> ended.get() >= wanted);
  }

  /** No call comes any more, and those on their way have ended. */
  void end() throws InterruptedException {
    pace.shutdown();
    assertThat(pace.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(waiting.tryAcquire(WAITING, 2, TimeUnit.MINUTES)).as("all calls end").isTrue();
  }

  /** No call failed or was degraded, and what was acknowledged is there. */
  void check() {
    assertThat(wrong).isEmpty();
    assertThat(acknowledged).isNotEmpty();
    var documents =
        DocumentServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    List<String> missing = new ArrayList<>();
    acknowledged.forEach((id, text) -> {
      GetDocumentRequest request =
          GetDocumentRequest.newBuilder().setCollection(COLLECTION).setDocumentId(id).build();
      if (!documents.getDocument(request).getText().equals(text)) {
        missing.add(id);
      }
    });
    assertThat(missing).isEmpty();
  }

  @Override
  public String toString() {
    return "%s calls made and %s ended, %s not made for others that waited; %s documents stored; %s"
        .formatted(made, ended, notMade, acknowledged.size(), wrong);
  }
}
