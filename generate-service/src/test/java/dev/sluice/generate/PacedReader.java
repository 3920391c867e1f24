package dev.sluice.generate;

import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A caller that reads only the events it asks for. */
final class PacedReader implements ClientResponseObserver<GenerateRequest, GenerateEvent> {

  final List<GenerateEvent> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch first = new CountDownLatch(1);
  private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
  private final CompletableFuture<ClientCallStreamObserver<GenerateRequest>> call =
      new CompletableFuture<>();

  @Override
  public void beforeStart(ClientCallStreamObserver<GenerateRequest> started) {
    started.disableAutoRequestWithInitial(0);
    call.complete(started);
  }

  void request(int count) {
    call.join().request(count);
  }

  void cancel() {
    call.join().cancel("enough", null);
  }

  /** Whether an event arrives in time. */
  boolean awaitFirst() throws InterruptedException {
    return first.await(60, TimeUnit.SECONDS);
  }

  /** Waits for the end of the call; null when it ended well. */
  @Nullable Throwable end() throws Exception {
    return end.get(60, TimeUnit.SECONDS);
  }

  @Override
  public void onNext(GenerateEvent event) {
    events.add(event);
    first.countDown();
  }

  @Override
  public void onError(Throwable thrown) {
    end.complete(thrown);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
