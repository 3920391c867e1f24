package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceBlockingStub;
import dev.sluice.serving.metrics.ProcessMetrics;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of three replicas, each a process of its own, is killed under load. */
@Timeout(120)
class KilledReplicaIT {

  private static final int CALLERS = 4;

  private final List<ReplicaProcess> replicas =
      Stream.generate(ReplicaProcess::start).limit(3).toList();
  private final ProcessMetrics metrics = new ProcessMetrics();
  private final UpstreamChannel channel =
      UpstreamChannel.open(
          "embed",
          replicas.stream().map(ReplicaProcess::address).collect(Collectors.joining(",")),
          EmbedServiceGrpc.SERVICE_NAME,
          metrics);
  private final EmbedServiceBlockingStub stub = EmbedServiceGrpc.newBlockingStub(channel.channel());
  private final AtomicInteger succeeded = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  @AfterEach
  void close() {
    channel.close();
    replicas.forEach(ReplicaProcess::close);
    metrics.close();
  }

  private void call() {
    while (!over.get()) {
      try {
        var _ =
            stub.withDeadlineAfter(30, TimeUnit.SECONDS)
                .embed(EmbedRequest.newBuilder().addTexts("t").build());
        succeeded.incrementAndGet();
      } catch (StatusRuntimeException e) {
        failed.incrementAndGet();
      }
    }
  }

  private void awaitSuccesses(int more) {
    int enough = succeeded.get() + more;
    while (succeeded.get() < enough) {
      Thread.onSpinWait();
    }
  }

  @Test
  void noCallFailsBeyondThoseInFlightOnIt() throws InterruptedException {
    List<Thread> callers =
        new ArrayList<>(
            IntStream.range(0, CALLERS)
                .mapToObj(caller -> Thread.ofVirtual().start(this::call))
                .toList());
    awaitSuccesses(300);
    replicas.getFirst().kill();
    awaitSuccesses(300);
    over.set(true);
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(failed.get()).as("callers, each with a call in flight").isLessThanOrEqualTo(CALLERS);
  }
}
