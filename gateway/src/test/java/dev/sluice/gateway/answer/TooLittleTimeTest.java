package dev.sluice.gateway.answer;

import static dev.sluice.gateway.answer.Simulation.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StagePolicy;
import dev.sluice.type.v1.StageReport;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is left out when too little time is left, and what is kept when a store fails by half. */
class TooLittleTimeTest {

  private static final AnswerConfig FALLS_BACK =
      new AnswerConfig(SimulatedServices.FALLBACK, "", Duration.ofSeconds(2));
  private static final AnswerConfig ALONE = new AnswerConfig("", "", Duration.ofSeconds(2));
  private static final SearchRequest SEARCH =
      SearchRequest.newBuilder().setCollection("c").setQuery("gates").build();
  private static final AnswerRequest ANSWER =
      AnswerRequest.newBuilder()
          .setCollection("c")
          .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent("gates"))
          .build();
  private static final long AMPLE = millis(60_000);

  private static void take(Simulation simulation, Map<String, Turn> turns) {
    simulation.turns = service -> turns.getOrDefault(service, Turn.INSTANT);
  }

  private static void teach(Simulation simulation, String service, long millis) {
    take(simulation, Map.of(service, Turn.taking(millis(millis))));
    for (int i = 0; i < 8; i++) {
      simulation.folded(ANSWER, AMPLE);
    }
  }

  private static List<String> told(List<Degradation> degradations) {
    return degradations.stream()
        .map(each -> each.getStage() + " " + each.getReason() + " " + each.getEffect())
        .toList();
  }

  private static List<String> outcomes(List<StageReport> reports) {
    return reports.stream().map(each -> each.getStage() + " " + each.getOutcome()).toList();
  }

  @Test
  void anAnswerIsWrittenFromFewerPassagesThanThereIsNoTimeFor() {
    try (Simulation simulation = new Simulation(ALONE)) {
      teach(simulation, "generate", 1000);
      take(simulation, Map.of());
      AnswerResponse answer = simulation.folded(ANSWER, millis(600));
      assertThat(told(answer.getDegradationsList()))
          .containsExactly("generate BUDGET_EXHAUSTED CONTEXT_SHRUNK");
      assertThat(answer.getStageReportsList().get(3).getInputCount()).isEqualTo(5);
    }
  }

  @Test
  void theOtherModelAnswersWhereTheFirstIsHopelessAndTheFirstIsTriedOnceASecond() {
    try (Simulation simulation = new Simulation(FALLS_BACK)) {
      teach(simulation, "generate", 4000);
      take(simulation, Map.of());
      String other = "generate BUDGET_EXHAUSTED EXTRACTIVE_ANSWER";
      String tried = "generate BUDGET_EXHAUSTED CONTEXT_SHRUNK";
      assertThat(lost(simulation)).containsExactly(tried);
      assertThat(lost(simulation)).containsExactly(other);
      simulation.time.pass(millis(900));
      assertThat(lost(simulation)).containsExactly(other);
      simulation.time.pass(millis(100));
      assertThat(lost(simulation)).containsExactly(tried);
    }
  }

  private static List<String> lost(Simulation simulation) {
    return told(simulation.folded(ANSWER, millis(1000)).getDegradationsList());
  }

  @Test
  void aModelThatIsFastAgainIsSoonUsedAgain() {
    try (Simulation simulation = new Simulation(FALLS_BACK)) {
      teach(simulation, "generate", 4000);
      take(simulation, Map.of());
      for (int second = 0; second < 30; second++) {
        simulation.folded(ANSWER, millis(1000));
        simulation.time.pass(millis(1000));
      }
      assertThat(lost(simulation)).isEmpty();
    }
  }

  @Test
  void fewerCandidatesAreRerankedThanThereIsNoTimeFor() {
    try (Simulation simulation = new Simulation(ALONE)) {
      simulation.passages = 50;
      teach(simulation, "rerank", 620); // 10 ms a document
      take(simulation, Map.of());
      SearchResponse response = simulation.search(SEARCH, millis(500));
      assertThat(told(response.getDegradationsList()))
          .containsExactly("rerank BUDGET_EXHAUSTED FEWER_CANDIDATES");
      assertThat(response.getStageReports(2).getInputCount()).isBetween(10, 40);
    }
  }

  @Test
  void aRerankingThatThereIsNoTimeForIsLeftOut() {
    try (Simulation simulation = new Simulation(ALONE)) {
      teach(simulation, "rerank", 8000);
      take(simulation, Map.of());
      simulation.search(SEARCH, millis(500)); // the one a second that is tried all the same
      SearchResponse response = simulation.search(SEARCH, millis(500));
      assertThat(told(response.getDegradationsList()))
          .containsExactly("rerank BUDGET_EXHAUSTED RERANK_SKIPPED");
      assertThat(outcomes(response.getStageReportsList())).contains("rerank SKIPPED");
      assertThat(response.getResultsList()).hasSize(10);
    }
  }

  @Test
  void anEmbeddingThatThereIsNoTimeForIsLeftOutAndNothingFoundWithoutItIsNoResult() {
    try (Simulation simulation = new Simulation(ALONE)) {
      teach(simulation, "embed", 8000);
      take(simulation, Map.of());
      simulation.search(SEARCH, millis(500)); // the one a second that is tried all the same
      assertThat(told(simulation.search(SEARCH, millis(500)).getDegradationsList()))
          .containsExactly("embed BUDGET_EXHAUSTED LEXICAL_ONLY");
      simulation.passages = 0;
      assertThatExceptionOfType(Failure.DeadlineExceeded.class)
          .isThrownBy(() -> simulation.search(SEARCH, millis(500)))
          .satisfies(late -> assertThat(late.stages()).isNotEmpty());
    }
  }

  @Test
  void aStoreThatFailsByHalfIsSearchedByTheOtherHalf() {
    try (Simulation simulation = new Simulation(ALONE)) {
      take(simulation, Map.of("hybrid", Turn.failing(Code.INTERNAL)));
      SearchResponse byMeaning = simulation.search(SEARCH, AMPLE);
      assertThat(told(byMeaning.getDegradationsList()))
          .containsExactly("retrieve STAGE_FAILED DENSE_ONLY");
      assertThat(outcomes(byMeaning.getStageReportsList()))
          .containsExactly(
              "embed COMPLETED", "retrieve FAILED", "retrieve COMPLETED", "rerank COMPLETED");
      take(simulation, Map.of("hybrid", Turn.taking(AMPLE), "dense", Turn.failing(Code.INTERNAL)));
      SearchResponse byWords = simulation.search(SEARCH, AMPLE);
      assertThat(told(byWords.getDegradationsList()))
          .containsExactly("retrieve STAGE_TIMEOUT LEXICAL_ONLY");
    }
  }

  @Test
  void aStoreThatFailsWhollyFailsTheSearchAndSoDoesOneThatFindsNothingByHalf() {
    try (Simulation simulation = new Simulation(ALONE)) {
      Turn broken = Turn.failing(Code.INTERNAL);
      take(simulation, Map.of("hybrid", broken, "dense", broken, "lexical", broken));
      assertThatExceptionOfType(Failure.Internal.class)
          .isThrownBy(() -> simulation.search(SEARCH, AMPLE));
      take(simulation, Map.of("hybrid", broken));
      simulation.passages = 0;
      assertThatExceptionOfType(Failure.Internal.class)
          .isThrownBy(() -> simulation.search(SEARCH, AMPLE));
    }
  }

  @Test
  void aRetrievalThatIsRequiredOrOfOneLegOrFullIsNotTriedByHalf() {
    try (Simulation simulation = new Simulation(ALONE)) {
      Turn broken = Turn.failing(Code.INTERNAL);
      take(simulation, Map.of("hybrid", broken, "dense", broken));
      SearchRequest required =
          SEARCH.toBuilder().putStagePolicies("retrieve", StagePolicy.REQUIRED).build();
      SearchRequest dense = SEARCH.toBuilder().setMode(RetrievalMode.DENSE).build();
      for (SearchRequest request : List.of(required, dense)) {
        assertThatExceptionOfType(Failure.Internal.class)
            .isThrownBy(() -> simulation.search(request, AMPLE));
      }
      take(simulation, Map.of("hybrid", Turn.failing(Code.RESOURCE_EXHAUSTED)));
      assertThatExceptionOfType(Failure.StorageFull.class)
          .isThrownBy(() -> simulation.search(SEARCH, AMPLE));
    }
  }
}
