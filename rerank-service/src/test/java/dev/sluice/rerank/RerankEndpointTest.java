package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.serving.batching.BatchTiming;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.models.Models;
import dev.sluice.type.v1.Priority;
import dev.sluice.type.v1.StageReport;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What the endpoint makes of its model's answers; {@link RerankServerIT} has the whole path. */
final class RerankEndpointTest {

  private static final Deadlines DEADLINES =
      new Deadlines(Duration.ofSeconds(10), Duration.ofMinutes(10));

  private final List<RerankResponse> responses = new ArrayList<>();

  @Test
  void aDeadlineThatPassedCarriesAReportOfTheStage() {
    var late =
        catchThrowableOfType(
            Failure.DeadlineExceeded.class,
            () ->
                rerank((candidates, deadline) -> {
                  throw new Failure.DeadlineExceeded("too late");
                }));

    assertThat(late).hasMessage("too late");
    assertThat(late.stages()).hasSize(1);
    assertThat(late.stages().getFirst().getStage()).isEqualTo("rerank");
    assertThat(late.stages().getFirst().getOutcome()).isEqualTo(StageReport.Outcome.FAILED);
    assertThat(responses).isEmpty();
  }

  @Test
  void aScoreThatIsNoNumberFailsTheCall() {
    assertThatThrownBy(() -> rerank((candidates, deadline) -> scoring(Double.NaN)))
        .isInstanceOf(Failure.Internal.class);
    assertThat(responses).isEmpty();
  }

  @Test
  void aBulkCallWithoutADeadlineGetsTheLongOne() {
    rerank((candidates, deadline) -> {
      assertThat(deadline.timeRemaining(TimeUnit.MINUTES)).isBetween(8L, 10L);
      return scoring(0.5);
    });

    assertThat(responses).hasSize(1);
  }

  @Test
  void theCallersTenantOwnsWhatIsCached() {
    rerank((candidates, deadline) -> {
      assertThat(candidates.tenant()).isEqualTo("default");
      return scoring(0.5);
    });

    assertThat(responses).hasSize(1);
  }

  private static Scoring scoring(double score) {
    return new Scoring(List.of(new Score(score, false)), false, 0, 0, BatchTiming.NONE);
  }

  private void rerank(BiFunction<Candidates, Deadline, Scoring> answer) {
    var registry = new SimpleMeterRegistry();
    var models = new Models<RerankModel>(registry, Duration.ZERO);
    models.serve(new ScriptedModel(answer));
    new RerankEndpoint(models, DEADLINES, new RerankMetrics(registry))
        .rerank(
            RunningReranker.request("query", List.of("text")).setPriority(Priority.BULK).build(),
            new Collected(responses));
  }

  /** Answers as it is told. */
  private record ScriptedModel(BiFunction<Candidates, Deadline, Scoring> answer)
      implements RerankModel {

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public String fingerprint() {
      return "none";
    }

    @Override
    public Scoring score(Candidates candidates, Deadline deadline) {
      return answer.apply(candidates, deadline);
    }

    @Override
    public void close() {}
  }

  private record Collected(List<RerankResponse> responses)
      implements StreamObserver<RerankResponse> {

    @Override
    public void onNext(RerankResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable problem) {
      throw new AssertionError(problem);
    }

    @Override
    public void onCompleted() {}
  }
}
