package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is there to be scraped, and that no caller can add to it. */
@Timeout(60)
class BatchMetricsTest {

  private static final Set<String> WHERE = Set.of("queue", "inflight");

  /** The labels that there are, and what they may say. */
  private static final Map<String, Set<String>> LABELS =
      Map.of(
          "model", Set.of("test"),
          "kind", Set.of("real", "padded"),
          "term", Set.of("launch", "token", "token_length"),
          "where", WHERE,
          "class", Set.of("interactive", "bulk"),
          "result", Set.of("met", "missed"),
          "reason",
              Set.of("predicted_late", "queue_full", "tenant_share", "class_share", "draining"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BatchMetrics metrics = new BatchMetrics(registry, "test");
  private final FakeModel model = new FakeModel();
  private final Batcher<Integer, Integer> batcher = new Batcher<>("test", model, metrics);

  @BeforeEach
  void open() {
    model.gate.countDown();
  }

  @AfterEach
  void close() {
    batcher.close();
  }

  private void call(Caller caller, Integer... inputs) {
    caller
        .in(Context.ROOT)
        .run(() -> batcher.run(List.of(inputs), Deadline.after(20, TimeUnit.SECONDS)));
  }

  /** One of each outcome. */
  private void traffic() {
    call(Caller.ANONYMOUS, 1, 2, 3);
    call(new Caller("one", Priority.BULK), 1);
    assertThatThrownBy(() -> call(Caller.ANONYMOUS, FakeModel.POISON, 5))
        .isInstanceOf(Failure.Internal.class);
    assertThatThrownBy(() -> batcher.run(List.of(1), Deadline.after(-1, TimeUnit.SECONDS)))
        .isInstanceOf(Failure.DeadlineExceeded.class);
    var gone = Context.ROOT.withCancellation();
    gone.cancel(null);
    gone.run(() -> {
      try {
        batcher.run(List.of(1), Deadline.after(20, TimeUnit.SECONDS));
      } catch (Failure.Cancelled e) {
        return;
      }
    });
    for (Refusal.Reason reason : Refusal.Reason.values()) {
      metrics.refused(reason.name());
    }
    batcher.close();
    assertThatThrownBy(() -> call(Caller.ANONYMOUS, 1)).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void everyMeterOfTheListExistsAfterTraffic() {
    traffic();
    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .contains(
            "sluice.queue.items",
            "sluice.queue.tokens",
            "sluice.queue.oldest.age.seconds",
            "sluice.queue.wait",
            "sluice.queue.drain.seconds",
            "sluice.batch.items",
            "sluice.batch.tokens",
            "sluice.batch.execution",
            "sluice.batch.prediction.ratio",
            "sluice.batch.refused",
            "sluice.batch.expired",
            "sluice.batch.failed",
            "sluice.batch.deadline",
            "sluice.batch.safety",
            "sluice.batch.cost.seconds",
            "sluice.batch.budget.tokens",
            "sluice.batch.slot.idle",
            "sluice.batch.splits");
    assertThat(registry.get("sluice.batch.items").summary().count()).isPositive();
    assertThat(registry.get("sluice.batch.execution").timer().count()).isPositive();
    assertThat(registry.get("sluice.batch.budget.tokens").gauge().value()).isPositive();
    assertThat(registry.get("sluice.batch.cost.seconds").gauges()).hasSize(3);
    assertThat(registry.get("sluice.batch.failed").counter().count()).isEqualTo(1);
  }

  @Test
  void labelsComeFromClosedSets() {
    traffic();
    for (Meter meter : registry.getMeters()) {
      for (Tag tag : meter.getId().getTags()) {
        if (!tag.getKey().equals("le")) { // bounds of fixed histograms
          assertThat(LABELS).containsKey(tag.getKey());
          assertThat(LABELS.get(tag.getKey())).contains(tag.getValue());
        }
      }
    }
  }

  @Test
  void aFloodOfTenantsAddsNoSeries() {
    call(new Caller("first", Priority.INTERACTIVE), 1);
    call(new Caller("first", Priority.BULK), 1);
    int series = registry.getMeters().size();
    for (int i = 0; i < 500; i++) {
      call(new Caller("tenant-" + i, i % 2 == 0 ? Priority.BULK : Priority.INTERACTIVE), i);
    }
    assertThat(registry.getMeters()).hasSize(series);
  }
}
