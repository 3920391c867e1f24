package dev.sluice.bench.overload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.type.v1.Degradation;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class LoadFiguresTest {

  private static final long MILLISECOND = 1_000_000;

  private final LoadTally tally = new LoadTally();

  private void ended(Status status, int degradations, boolean inTime) {
    tally.ended(status, degradations, 10 * MILLISECOND, 5 * MILLISECOND, inTime);
  }

  @Test
  void onlyWholeAnswersInTimeAreGood() {
    ended(Status.OK, 0, true);
    ended(Status.OK, 1, true);
    ended(Status.OK, 0, false);
    ended(Status.DEADLINE_EXCEEDED, 0, true);
    ended(Status.RESOURCE_EXHAUSTED, 0, true);
    ended(Status.UNAVAILABLE, 0, true);
    LoadFigures figures = tally.figures(2, -1, 0);
    assertThat(figures.good()).isEqualTo(1);
    assertThat(figures.degraded()).isEqualTo(1);
    assertThat(figures.late()).isEqualTo(2);
    assertThat(figures.refused()).isEqualTo(1);
    assertThat(figures.failed()).isEqualTo(1);
    assertThat(figures.goodput()).isEqualTo(0.5);
  }

  @Test
  void refusalsAreTimedFromBothMoments() {
    ended(Status.RESOURCE_EXHAUSTED, 0, true);
    LoadFigures figures = tally.figures(1, -1, 0);
    assertThat(figures.refusedTimes().p50()).isEqualTo(10);
    assertThat(figures.refusedSentTimes().p50()).isEqualTo(5);
  }

  @Test
  void roundsAreCountedAndTimedTogether() {
    ended(Status.OK, 0, true);
    ended(Status.OK, 0, true);
    ended(Status.RESOURCE_EXHAUSTED, 0, true);
    LoadFigures slow = tally.figures(2, 3, 1);
    LoadTally quick = new LoadTally();
    quick.ended(Status.OK, 0, MILLISECOND, MILLISECOND, true);
    LoadFigures both = quick.figures(2, 1, 0.5).and(slow);
    assertThat(both.good()).isEqualTo(3);
    assertThat(both.goodput()).isEqualTo(0.75);
    assertThat(both.goodTimes().nanos())
        .containsExactly(MILLISECOND, 10 * MILLISECOND, 10 * MILLISECOND);
    assertThat(both.refusedSentTimes().p99()).isEqualTo(5);
    assertThat(both.recoverySeconds()).isEqualTo(3);
    assertThat(both.processorSeconds()).isEqualTo(1.5);
    assertThat(both.and(quick.figures(1, LoadFigures.NEVER, 0)).recoverySeconds())
        .isEqualTo(LoadFigures.NEVER);
  }

  @Test
  void figuresAreToldFromProcessToProcess() throws Exception {
    ended(Status.OK, 0, true);
    ended(Status.RESOURCE_EXHAUSTED, 0, true);
    LoadFigures figures = tally.figures(2, 3, 1);
    ObjectMapper json = new ObjectMapper();
    LoadFigures told = json.readValue(json.writeValueAsString(figures), LoadFigures.class);
    assertThat(told).usingRecursiveComparison().isEqualTo(figures);
  }

  @Test
  void aQuantileIsTheValueThatSoManyDoNotExceed() {
    Times times = new Times();
    for (int i = 1; i <= 2000; i++) {
      times.add(i * MILLISECOND);
    }
    assertThat(times.p50()).isEqualTo(1000);
    assertThat(times.p99()).isEqualTo(1980);
    assertThat(times.and(new Times(1, 2)).nanos()).hasSize(2002).endsWith(1, 2);
  }

  @Test
  void degradationsOfAResponseAreCountedWithoutReadingTheRest() {
    SearchResponse response =
        SearchResponse.newBuilder()
            .addResults(SearchResult.newBuilder().setText("gate"))
            .addDegradations(Degradation.newBuilder().setStage("rerank"))
            .addDegradations(Degradation.newBuilder().setStage("embed"))
            .build();
    int counted = CallKind.SEARCH.raw().parseResponse(response.toByteString().newInput());
    assertThat(counted).isEqualTo(2);
  }

  @Test
  void samplesOfAPageAreSummedByTheirNames() {
    MetricsPage page =
        MetricsPage.of(
            """
            # HELP sluice_queue_items Items that wait
            sluice_queue_items{model="a"} 2.0
            sluice_queue_items{model="b"} 3.0
            other 7.0
            """);
    assertThat(page.sum(name -> name.startsWith("sluice_queue_items"))).isEqualTo(5);
  }
}
