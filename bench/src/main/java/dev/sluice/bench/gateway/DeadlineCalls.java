package dev.sluice.bench.gateway;

import dev.sluice.bench.gateway.Lateness.Call;
import dev.sluice.bench.gateway.Lateness.Ending;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.Message;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Searches and answers, half and half, at random times and with random deadlines, through a gateway
 * whose services are slow at random. Client, gateway and services are three processes.
 */
public final class DeadlineCalls {

  private static final double RATE = 60;
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final long PATIENCE_SECONDS = 30;
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final Channel channel;
  private final SplittableRandom random = new SplittableRandom(7);
  private final Queue<Call> ended = new ConcurrentLinkedQueue<>();
  private final Semaphore ends = new Semaphore(0);

  private DeadlineCalls(Channel channel) {
    this.channel = channel;
  }

  /** Measures some rounds, one after the other. */
  public static List<Lateness> run(int rounds, Duration round) throws Exception {
    try (var gateway = GatewayProcess.start(Pace.ERRATIC)) {
      gateway.store();
      var calls = new DeadlineCalls(gateway.channel());
      calls.send(WARM_UP);
      List<Lateness> measured = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        Lateness lateness = calls.send(round);
        System.err.printf(
            "round %d: %d calls, p99 of lateness %.1f ms, %s%n",
            i + 1, lateness.count(), lateness.quantile(0.99), lateness.parts());
        measured.add(lateness);
      }
      return measured;
    }
  }

  private Lateness send(Duration length) throws InterruptedException {
    ended.clear();
    long at = System.nanoTime();
    long end = at + length.toNanos();
    int sent = 0;
    while (at < end) {
      at += (long) (-Math.log(1 - random.nextDouble()) * 1e9 / RATE);
      for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      long deadline = random.nextLong(SHORTEST, LONGEST);
      if (random.nextBoolean()) {
        search(deadline);
      } else {
        answer(deadline);
      }
      sent++;
    }
    if (!ends.tryAcquire(sent, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("calls have not ended long after their deadlines");
    }
    return new Lateness(List.copyOf(ended));
  }

  private void search(long deadline) {
    SearchServiceGrpc.newStub(channel)
        .withInterceptors(new DeadlineHeader(deadline))
        .search(
            SearchRequest.newBuilder()
                .setCollection(GatewayProcess.COLLECTION)
                .setQuery("Which gate opens slowly?")
                .build(),
            new End<SearchResponse>(
                System.nanoTime() + deadline, response -> response.getDegradationsCount() > 0));
  }

  private void answer(long deadline) {
    AnswerServiceGrpc.newStub(channel)
        .withInterceptors(new DeadlineHeader(deadline))
        .answer(
            AnswerRequest.newBuilder()
                .setCollection(GatewayProcess.COLLECTION)
                .addMessages(
                    Message.newBuilder()
                        .setRole(Message.Role.USER)
                        .setContent("Which gate opens slowly?"))
                .build(),
            new End<AnswerResponse>(
                System.nanoTime() + deadline, response -> response.getDegradationsCount() > 0));
  }

  /** Takes note of how and when a call ends. */
  private final class End<R> implements StreamObserver<R> {

    private final long deadline;
    private final Predicate<R> degraded;
    private Ending ending = Ending.FAILED;

    End(long deadline, Predicate<R> degraded) {
      this.deadline = deadline;
      this.degraded = degraded;
    }

    @Override
    public void onNext(R response) {
      ending = degraded.test(response) ? Ending.DEGRADED : Ending.COMPLETE;
    }

    @Override
    public void onError(Throwable failure) {
      Metadata trailers = Status.trailersFromThrowable(failure);
      boolean said = trailers != null && trailers.containsKey(DETAILS);
      Status.Code code = Status.fromThrowable(failure).getCode();
      end(
          !said
              ? Ending.CUT_OFF
              : code == Status.Code.DEADLINE_EXCEEDED ? Ending.REPORTED : Ending.FAILED);
    }

    @Override
    public void onCompleted() {
      end(ending);
    }

    private void end(Ending how) {
      ended.add(new Call(how, System.nanoTime() - deadline));
      ends.release();
    }
  }
}
