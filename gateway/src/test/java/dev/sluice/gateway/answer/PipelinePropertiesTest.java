package dev.sluice.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerEvent.EventCase;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StagePolicy;
import dev.sluice.type.v1.StageReport;
import dev.sluice.type.v1.StageReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Laws of every call, whatever its services do: thousands of random ones, each gateway learning
 * from those before.
 */
class PipelinePropertiesTest {

  private static final int GATEWAYS = 30;
  private static final int CALLS = 40;

  /** What a call came to. */
  private record Result(
      @Nullable Failure failure,
      List<StageReport> reports,
      List<Degradation> degradations,
      boolean empty) {}

  private static AnswerConfig config(long seed) {
    return new AnswerConfig(
        seed % 2 == 0 ? SimulatedServices.FALLBACK : "",
        seed % 3 == 0 ? "" : SimulatedServices.REWRITER,
        Duration.ofMillis(500));
  }

  private static void prepare(Simulation simulation, RandomCall call) {
    simulation.passages = call.passages();
    simulation.room = call.room();
    simulation.turns = call.script();
    simulation.given.clear();
  }

  private static boolean asksTheImpossible(long gateway, RandomCall call) {
    return !config(gateway).rewrites() && call.policy("rewrite") == StagePolicy.REQUIRED;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void answersObeyTheirLaws(long seed) {
    for (long gateway = 0; gateway < GATEWAYS; gateway++) {
      try (Simulation streaming = new Simulation(config(gateway));
          Simulation unary = new Simulation(config(gateway))) {
        for (int i = 0; i < CALLS; i++) {
          long number = (seed * GATEWAYS + gateway) * CALLS + i;
          RandomCall call = RandomCall.of(number);
          if (!asksTheImpossible(gateway, call)) {
            try {
              answer(streaming, unary, call);
            } catch (AssertionError | RuntimeException e) {
              throw new AssertionError("call " + number + ": " + call, e);
            }
          }
        }
      }
    }
  }

  private static void answer(Simulation streaming, Simulation unary, RandomCall call) {
    prepare(streaming, call);
    long outer = streaming.time.nanoTime() + call.nanos();
    List<AnswerEvent> events = new ArrayList<>();
    Failure failure = failure(() -> streaming.stream(call.request(), call.nanos(), events));
    assertThat(events.getFirst().getEventCase()).isEqualTo(EventCase.STARTED);
    AnswerResponse folded =
        failure == null ? AnswerFold.of(events.iterator()) : AnswerResponse.getDefaultInstance();
    assertWhole(folded, failure);
    Result result =
        new Result(
            failure,
            failure == null ? folded.getStageReportsList() : stages(failure),
            degradations(events),
            folded.getAbstention().getReason() == Abstention.Reason.NO_RELEVANT_CONTENT);
    assertLaws(streaming, call, outer, result);

    prepare(unary, call);
    List<AnswerResponse> whole = new ArrayList<>();
    Failure same = failure(() -> whole.add(unary.answer(call.request(), call.nanos())));
    assertThat(same == null ? "" : same.text()).isEqualTo(failure == null ? "" : failure.text());
    if (failure == null) {
      assertThat(timeless(whole.getFirst())).isEqualTo(timeless(folded));
    }
    assertThat(unary.given).isEqualTo(streaming.given);
  }

  /** An answer that is not there says why. */
  private static void assertWhole(AnswerResponse answer, @Nullable Failure failure) {
    if (failure == null) {
      assertThat(answer.getText().isEmpty()).isEqualTo(answer.hasAbstention());
      assertThat(answer.getFinishReason()).isNotEqualTo(FinishReason.FINISH_REASON_UNSPECIFIED);
    }
  }

  /** The checks of quotes are measured by the machine's clock. */
  private static AnswerResponse timeless(AnswerResponse answer) {
    List<StageReport> others =
        answer.getStageReportsList().stream()
            .filter(report -> !report.getStage().equals("verify"))
            .toList();
    return answer.toBuilder().clearStageReports().addAllStageReports(others).build();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void searchesObeyTheirLaws(long seed) {
    for (long gateway = 0; gateway < GATEWAYS; gateway++) {
      try (Simulation simulation = new Simulation(config(gateway))) {
        for (int i = 0; i < CALLS; i++) {
          long number = (seed * GATEWAYS + gateway) * CALLS + i;
          RandomCall call = RandomCall.of(number);
          if (call.isSearchable()) {
            try {
              search(simulation, call);
            } catch (AssertionError | RuntimeException e) {
              throw new AssertionError("call " + number + ": " + call, e);
            }
          }
        }
      }
    }
  }

  private static void search(Simulation simulation, RandomCall call) {
    prepare(simulation, call);
    long outer = simulation.time.nanoTime() + call.nanos();
    List<SearchResponse> found = new ArrayList<>();
    Failure failure = failure(() -> found.add(simulation.search(call.search(), call.nanos())));
    SearchResponse response =
        failure == null ? found.getFirst() : SearchResponse.getDefaultInstance();
    assertLaws(
        simulation,
        call,
        outer,
        new Result(
            failure,
            failure == null ? response.getStageReportsList() : stages(failure),
            response.getDegradationsList(),
            failure == null && response.getResultsCount() == 0));
  }

  private static @Nullable Failure failure(Runnable call) {
    try {
      call.run();
      return null;
    } catch (Failure e) {
      return e;
    }
  }

  private static List<StageReport> stages(Failure failure) {
    return failure instanceof Failure.DeadlineExceeded late ? late.stages() : List.of();
  }

  private static List<Degradation> degradations(List<AnswerEvent> events) {
    return events.stream()
        .filter(event -> event.getEventCase() == EventCase.DEGRADATION)
        .map(AnswerEvent::getDegradation)
        .toList();
  }

  private static void assertLaws(
      Simulation simulation, RandomCall call, long outer, Result result) {
    long margin = Math.max(TimeUnit.MILLISECONDS.toNanos(5), (long) (call.nanos() * 0.02));
    assertThat(simulation.time.nanoTime())
        .as("the answer is on its way before the caller gives up")
        .isLessThanOrEqualTo(outer - margin);
    assertThat(simulation.given)
        .as("no service has longer than the gateway")
        .allMatch(given -> given.until() <= outer - margin);
    assertThat(result.failure() instanceof Failure.Cancelled)
        .as("somebody else's cancellation is not the caller's")
        .isFalse();
    assertPolicies(simulation, call, result);
    if (result.failure() == null) {
      assertNothingSilent(result);
    } else if (result.failure() instanceof Failure.DeadlineExceeded) {
      assertThat(result.reports()).as("it is said what took so long").isNotEmpty();
    }
  }

  private static void assertPolicies(Simulation simulation, RandomCall call, Result result) {
    List<String> asked = simulation.given.stream().map(Simulation.Given::service).toList();
    Map<String, String> services =
        Map.of("embed", "embed", "rerank", "rerank", "rewrite", SimulatedServices.REWRITER);
    services.forEach((stage, service) -> {
      if (call.policy(stage) == StagePolicy.OFF) {
        assertThat(asked).as("%s is off", stage).doesNotContain(service);
      }
    });
    if (call.policy("generate") == StagePolicy.REQUIRED) {
      assertThat(asked).doesNotContain(SimulatedServices.FALLBACK);
    }
    if (result.failure() == null) {
      assertThat(result.reports())
          .as("a required stage is never masked; a text that breaks off is no masking")
          .noneMatch(report ->
              report.getOutcome() == Outcome.FAILED
                  && !report.getStage().equals("generate")
                  && call.policy(report.getStage()) == StagePolicy.REQUIRED);
    }
  }

  private static void assertNothingSilent(Result result) {
    var reported =
        result.degradations().stream().map(Degradation::getStage).collect(Collectors.toSet());
    for (StageReport report : result.reports()) {
      boolean nothingToDo = report.getOutcome() == Outcome.SKIPPED && result.empty();
      if (report.getOutcome() != Outcome.COMPLETED && !nothingToDo) {
        assertThat(reported).as("%s is reported", report).contains(report.getStage());
      }
    }
    if (result.empty()) {
      assertThat(result.reports())
          .as("a failed retrieval is no empty one")
          .noneMatch(report ->
              List.of("embed", "retrieve").contains(report.getStage())
                  && report.getOutcome() != Outcome.COMPLETED);
    }
  }
}
