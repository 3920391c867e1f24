package dev.sluice.gateway.deadline;

import static dev.sluice.type.v1.StagePolicy.OPTIONAL;
import static dev.sluice.type.v1.StagePolicy.REQUIRED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.type.v1.StagePolicy;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlinePlanTest {

  private static final long MS = 1_000_000;
  private static final List<Stage> STAGES = List.of(Stage.values());
  private static final Map<Stage, StagePolicy> ANSWER =
      Map.of(
          Stage.EMBED, OPTIONAL,
          Stage.RETRIEVE, REQUIRED,
          Stage.RERANK, OPTIONAL,
          Stage.GENERATE, REQUIRED);
  private static final Map<Stage, StagePolicy> SEARCH =
      Map.of(Stage.EMBED, OPTIONAL, Stage.RETRIEVE, REQUIRED, Stage.RERANK, OPTIONAL);

  private final StageLatencies latencies = new StageLatencies();
  private long now = 77 * MS;

  private DeadlinePlan plan(Map<Stage, StagePolicy> policies, long millis) {
    return new DeadlinePlan(latencies, now + millis * MS, policies);
  }

  private void took(Stage stage, long millis) {
    for (int i = 0; i < 20; i++) {
      latencies.observe(stage, millis * MS, now);
    }
  }

  private void rerankTook(int documents, long millis) {
    for (int i = 0; i < 20; i++) {
      latencies.observeRerank(documents, millis * MS, now);
    }
  }

  @Test
  void aStageThatIsNeededMayTakeAllThatIsLeft() {
    took(Stage.GENERATE, 500);
    var plan = plan(ANSWER, 1000);
    assertThat(plan.slice(Stage.GENERATE, now)).hasValue(1000 * MS);
    now += 400 * MS;
    assertThat(plan.slice(Stage.RETRIEVE, now)).hasValue(600 * MS);
    now += 700 * MS;
    assertThat(plan.slice(Stage.GENERATE, now)).hasValue(0);
  }

  @Test
  void theGenerationsReserveIsKept() {
    took(Stage.GENERATE, 500);
    var plan = plan(ANSWER, 1000);
    assertThat(plan.rerankSlice(now)).isBetween(400 * MS, 450 * MS);
    assertThat(plan.slice(Stage.EMBED, now).orElseThrow())
        .as("half of what is left, since the reranking wants some too")
        .isBetween(200 * MS, 225 * MS);
  }

  @Test
  void withoutKnowledgeHalfIsKeptForTheGeneration() {
    assertThat(plan(ANSWER, 1000).rerankSlice(now)).isEqualTo(450 * MS);
    assertThat(plan(SEARCH, 1000).rerankSlice(now)).isEqualTo(900 * MS);
  }

  @Test
  void aSlowGenerationLeavesTheOthersSomething() {
    took(Stage.GENERATE, 60_000);
    assertThat(plan(ANSWER, 1000).rerankSlice(now)).isEqualTo(180 * MS);
  }

  @Test
  void aStageWhoseFloorDoesNotFitIsLeftOut() {
    took(Stage.EMBED, 300);
    assertThat(plan(SEARCH, 1000).slice(Stage.EMBED, now)).isPresent();
    assertThat(latencies.probe(Stage.EMBED, now)).isTrue();
    assertThat(plan(SEARCH, 500).slice(Stage.EMBED, now)).isEmpty();
  }

  @Test
  void aStageThatIsLeftOutIsTriedFromTimeToTime() {
    took(Stage.EMBED, 3000);
    int tried = 0;
    for (int i = 0; i < 100; i++) {
      tried += plan(SEARCH, 1000).slice(Stage.EMBED, now).isPresent() ? 1 : 0;
      now += 50 * MS;
    }
    assertThat(tried).isEqualTo(5);
  }

  @Test
  void nothingIsTriedWithoutTime() {
    var plan = plan(SEARCH, 0);
    assertThat(plan.slice(Stage.EMBED, now)).isEmpty();
    assertThat(plan.documents(50, 10, now)).isEmpty();
  }

  @Test
  void asManyDocumentsAreRerankedAsFit() {
    rerankTook(50, 124);
    assertThat(plan(SEARCH, 1000).documents(50, 10, now)).hasValue(50);
    assertThat(plan(SEARCH, 110).documents(50, 10, now).orElseThrow()).isBetween(30, 38);
    assertThat(plan(SEARCH, 75).documents(50, 10, now).orElseThrow()).isBetween(13, 22);
    assertThat(latencies.probe(Stage.RERANK, now)).as("these were tries").isFalse();
    assertThat(plan(SEARCH, 40).documents(50, 10, now)).isEmpty();
    assertThat(plan(SEARCH, 40).documents(2, 10, now)).as("fewer are wanted").hasValue(2);
  }

  @Test
  void aRerankingThatIsDemandedGetsAllDocuments() {
    rerankTook(50, 5000);
    var plan = plan(Map.of(Stage.RETRIEVE, REQUIRED, Stage.RERANK, REQUIRED), 100);
    assertThat(plan.documents(50, 10, now)).hasValue(50);
    assertThat(plan.rerankSlice(now)).isEqualTo(100 * MS);
  }

  @Test
  void noSliceIsEverLongerThanWhatIsLeft() {
    var random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      now += random.nextInt(1000) * MS;
      Stage stage = STAGES.get(random.nextInt(STAGES.size()));
      latencies.observe(stage, random.nextInt(3000) * MS, now);
      var plan = plan(random.nextBoolean() ? ANSWER : SEARCH, random.nextInt(2000) - 100);
      long remaining = plan.remaining(now);
      assertThat(plan.slice(Stage.EMBED, now).orElse(0)).isBetween(0L, remaining);
      assertThat(plan.rerankSlice(now)).isBetween(0L, remaining);
      assertThat(plan.reserve(Stage.EMBED, now)).isBetween(0L, remaining);
    }
  }
}
