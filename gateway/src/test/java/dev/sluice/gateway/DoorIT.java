package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static dev.sluice.gateway.Cluster.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.serving.caller.CallReport;
import dev.sluice.serving.caller.CallReport.Figure;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Reason;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the gateway's door makes of calls that are slow. */
@Timeout(120)
class DoorIT extends WithCluster {

  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final long DEADLINE_SECONDS = 3;

  /** Long for a wait, and not slow for a call. */
  private static final Duration QUICK = Duration.ofMillis(500);

  /** Calls that say something, and are too few to change a limit unless they all say the same. */
  private static final int FEW = 16;

  private static final Set<Code> ENDS = Set.of(Code.OK, Code.RESOURCE_EXHAUSTED);

  private final AtomicInteger texts = new AtomicInteger();

  /** Every call takes two seconds, of which it says that it waited so long for its turn. */
  private void slow(Duration queued) {
    embedAfter(SLOW, queued);
  }

  private void embedAfter(Duration time, Duration queued) {
    cluster.services.embedAnswer =
        answer -> {
          CallReport.add(Figure.QUEUE_NANOS, queued.toNanos());
          LockSupport.parkNanos(time.toNanos());
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

  private static <T> List<T> atOnce(int calls, Callable<T> call) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> answers = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(Collections.nCopies(calls, call))) {
        answers.add(each.get());
      }
      return answers;
    }
  }

  private void embedAtOnce(int calls) throws Exception {
    assertThat(atOnce(calls, this::embed)).isSubsetOf(ENDS);
  }

  /** Searches, and says what was left out of the answer for want of time. */
  private List<String> searchFor(long seconds) {
    return cluster
        .search()
        .withDeadlineAfter(seconds, TimeUnit.SECONDS)
        .search(query("water " + texts.incrementAndGet()).build())
        .getDegradationsList()
        .stream()
        .filter(each -> each.getReason() == Reason.BUDGET_EXHAUSTED)
        .map(Degradation::getStage)
        .toList();
  }

  private int limit() {
    return limit(EmbedServiceGrpc.SERVICE_NAME);
  }

  private int limit(String service) {
    return (int)
        cluster
            .server
            .metrics()
            .registry()
            .get("sluice.door.limit")
            .tag("service", service)
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
  void searchesThatLeaveOutAStageForWantOfTimeDo() throws Exception {
    cluster.services.rerankAnswer =
        answer -> {
          LockSupport.parkNanos(2 * SLOW.toNanos());
          return answer;
        };
    var _ = atOnce(FEW, () -> searchFor(20));
    int before = limit(SearchServiceGrpc.SERVICE_NAME);
    embedAfter(QUICK, QUICK);
    assertThat(atOnce(FEW, () -> searchFor(DEADLINE_SECONDS)))
        .filteredOn(List.of("rerank")::equals)
        .as("all but one that tries whether there is time again")
        .hasSizeGreaterThanOrEqualTo(FEW - 1);
    assertThat(limit(SearchServiceGrpc.SERVICE_NAME)).isLessThan(before);
  }

  @Test
  void servicesHearWhatTheDoorLetInAndThatNobodyCountsUploads() {
    String admitted = EmbedServiceGrpc.SERVICE_NAME + " sluice-admitted";
    cluster.services.metadata.clear();
    cluster.store("c", List.of(document("again", "Gates control water.")));
    assertThat(cluster.services.metadata)
        .contains(EmbedServiceGrpc.SERVICE_NAME + " sluice-tenant")
        .doesNotContain(admitted);
    assertThat(embed()).isEqualTo(Code.OK);
    assertThat(cluster.services.metadata).contains(admitted);
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
