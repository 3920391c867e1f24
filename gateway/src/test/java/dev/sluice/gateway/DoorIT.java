package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.caller.CallReport;
import dev.sluice.serving.caller.CallReport.Figure;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the gateway's door makes of calls that are slow. */
@Timeout(120)
class DoorIT extends WithCluster {

  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final long DEADLINE_SECONDS = 3;

  /** Every call takes two seconds, of which it says that it waited so long for its turn. */
  private void slow(Duration queued) {
    cluster.services.embedAnswer =
        answer -> {
          CallReport.add(Figure.QUEUE_NANOS, queued.toNanos());
          LockSupport.parkNanos(SLOW.toNanos());
          return answer;
        };
  }

  private Code embed() {
    try {
      var _ =
          EmbedServiceGrpc.newBlockingStub(cluster.channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .embed(EmbedRequest.newBuilder().addTexts("a").build());
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private void embedAtOnce(int calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Code>> codes = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        codes.add(threads.submit(this::embed));
      }
      for (Future<Code> code : codes) {
        assertThat(code.get()).isIn(Code.OK, Code.RESOURCE_EXHAUSTED);
      }
    }
  }

  private int limit() {
    return (int)
        cluster
            .server
            .metrics()
            .registry()
            .get("sluice.door.limit")
            .tag("service", EmbedServiceGrpc.SERVICE_NAME)
            .gauge()
            .value();
  }

  @Test
  void callsThatQueuedAtAServiceLowerTheLimit() throws Exception {
    assertThat(embed()).isEqualTo(Code.OK);
    int before = limit();
    slow(SLOW);
    embedAtOnce(before);
    assertThat(limit()).isLessThan(before);
  }

  @Test
  void callsThatAServiceTakesLongForDoNot() throws Exception {
    assertThat(embed()).isEqualTo(Code.OK);
    int before = limit();
    slow(Duration.ofMillis(1));
    embedAtOnce(before);
    assertThat(limit()).isEqualTo(before);
  }

  @Test
  void whatAServiceReportsStaysInside() {
    slow(SLOW);
    var trailers = new AtomicReference<Metadata>();
    var _ =
        EmbedServiceGrpc.newBlockingStub(cluster.channel)
            .withInterceptors(
                MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers))
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .embed(EmbedRequest.newBuilder().addTexts("a").build());
    assertThat(trailers.get().keys()).noneMatch(key -> key.startsWith("sluice-"));
  }
}
