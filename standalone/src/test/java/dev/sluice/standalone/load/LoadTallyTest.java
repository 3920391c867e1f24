package dev.sluice.standalone.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Durations;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoadTallyTest {

  private static final long MILLISECOND = 1_000_000;
  private static final LoadResponse NOTHING = new LoadResponse(List.of(), List.of());

  private final LoadTally tally = new LoadTally();

  private ObjectNode report() {
    Arrivals arrivals = new PoissonArrivals(2, 10_000 * MILLISECOND, 1);
    LoadPlan plan =
        new LoadPlan(
            "search", new EmbedCalls(), List.of("text"), arrivals, 4, Duration.ofSeconds(1));
    return tally.report(plan, 10).json();
  }

  private static StageReport stage(String name, Outcome outcome, long milliseconds) {
    return StageReport.newBuilder()
        .setStage(name)
        .setOutcome(outcome)
        .setTotalTime(Durations.fromMillis(milliseconds))
        .build();
  }

  private static Degradation degradation(Reason reason) {
    return Degradation.newBuilder().setReason(reason).build();
  }

  private static void assertNear(ObjectNode report, String figure, double milliseconds) {
    assertThat(report.at(figure).asDouble())
        .as(figure)
        .isCloseTo(milliseconds, Offset.offset(milliseconds / 100));
  }

  @Test
  void latencyCountsFromTheTimeAtWhichACallWasToBeSent() {
    tally.sent(30 * MILLISECOND);
    tally.succeeded(NOTHING, 1000 * MILLISECOND, 1040 * MILLISECOND);

    assertNear(report(), "/ms/call/p50", 40);
    assertNear(report(), "/ms/sent_late_by/max", 30);
  }

  @Test
  void percentilesAreThoseOfAllCalls() {
    for (int i = 1; i <= 1000; i++) {
      tally.succeeded(NOTHING, 0, i * MILLISECOND);
    }

    ObjectNode report = report();
    assertNear(report, "/ms/call/p50", 500);
    assertNear(report, "/ms/call/p99", 990);
    assertNear(report, "/ms/call/p99.9", 999);
    assertNear(report, "/ms/call/max", 1000);
    assertThat(report.at("/rate_reached").asDouble()).isEqualTo(100);
  }

  @Test
  void stagesThatRanAreTimedAndSkippedOnesAreNot() {
    tally.succeeded(
        new LoadResponse(
            List.of(stage("embed", Outcome.COMPLETED, 7), stage("rerank", Outcome.SKIPPED, 0)),
            List.of()),
        0,
        MILLISECOND);

    assertNear(report(), "/ms/embed/p50", 7);
    assertThat(report().at("/ms").has("rerank")).isFalse();
  }

  @Test
  void theFirstTokenIsTimedFromTheSameMoment() {
    tally.succeeded(
        new LoadResponse(List.of(), List.of(), OptionalLong.of(25 * MILLISECOND)),
        5 * MILLISECOND,
        90 * MILLISECOND);

    assertNear(report(), "/ms/first_token/p50", 20);
  }

  @Test
  void aResponseThatIsDegradedTwiceForOneReasonCountsOnce() {
    tally.succeeded(
        new LoadResponse(
            List.of(),
            List.of(degradation(Reason.STAGE_TIMEOUT), degradation(Reason.STAGE_TIMEOUT))),
        0,
        MILLISECOND);

    assertThat(report().at("/degraded").asInt()).isEqualTo(1);
    assertThat(report().at("/degraded_by_reason/STAGE_TIMEOUT").asInt()).isEqualTo(1);
  }

  @Test
  void callsThatOnlyTheirOwnTimerEndedAreToldFromThoseThatTheGatewayEnded() {
    var status =
        com.google.rpc.Status.newBuilder().setCode(Status.Code.DEADLINE_EXCEEDED.value()).build();
    tally.failed(StatusProto.toStatusRuntimeException(status), 0, MILLISECOND);
    tally.failed(Status.DEADLINE_EXCEEDED.asRuntimeException(new Metadata()), 0, MILLISECOND);

    assertThat(report().at("/by_code/DEADLINE_EXCEEDED").asInt()).isEqualTo(2);
    assertThat(report().at("/unanswered").asInt()).isEqualTo(1);
  }

  @Test
  void aCallThatHasNotEndedIsCountedAsSuch() {
    tally.sent(0);

    assertThat(report().at("/unended").asInt()).isEqualTo(1);
  }

  @Test
  void aCallThatIsNotSentIsCounted() {
    tally.unsent();

    assertThat(report().at("/unsent").asInt()).isEqualTo(1);
    assertThat(report().at("/sent").asInt()).isZero();
  }
}
