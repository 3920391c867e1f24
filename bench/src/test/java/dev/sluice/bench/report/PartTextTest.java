package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.standalone.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartTextTest {

  private static final Part PART = Part.thrice("cancellation");

  private static PartRun run(int exitCode, double value) {
    return new PartRun(List.of(Map.of("p50 ms", value)), exitCode);
  }

  private static String text(PartRun... runs) {
    return PartText.of(PART, List.of(runs), "2026-01-02 10:00 UTC", Duration.ofSeconds(90));
  }

  @Test
  void aPartSaysItsCommandItsNoiseAndItsFigures() {
    assertThat(text(run(0, 1), run(0, 2), run(0, 4)))
        .isEqualTo(
            """
            `./bench/run cancellation` (three runs: the median, and in brackets least and most; \
            2026-01-02 10:00 UTC; 2 min):

            | p50 ms |
            | --- |
            | 2 (1 to 4) |
            """);
  }

  @Test
  void aFailedRunIsSaidSo() {
    assertThat(text(run(0, 1), run(1, 2), run(0, 4)))
        .contains("**1 of 3 runs failed**, with exit code 1")
        .contains("2 (1 to 4)");
  }

  @Test
  void whereNothingWasMeasuredThereIsNoTable() {
    assertThat(text(new PartRun(List.of(), 3)))
        .endsWith("**1 of 1 runs failed**, with exit code 3. Nothing was measured.\n");
  }

  @Test
  void anEvaluationOfSearchesIsARowForEachStage() throws Exception {
    String json =
        "{\"lexical\":{\"ndcg_at_10\":0.5,\"mrr\":0.25},\"queries\":3,\"by_query\":[],\"seconds\":1.5}";
    assertThat(PartRun.evaluation(json))
        .containsExactly(Map.of("stage", "lexical", "ndcg_at_10", 0.5, "mrr", 0.25));
  }

  @Test
  void anEvaluationOfAnswersIsARowForEachFigure() throws Exception {
    assertThat(PartRun.evaluation("{\"wrong_abstentions\":0.1,\"answerable\":3}"))
        .containsExactly(
            Map.of("figure", "wrong_abstentions", "value", 0.1),
            Map.of("figure", "answerable", "value", 3));
  }

  @Test
  void onlyKnownPartsAreChosen() {
    List<Part> parts = Parts.all(List.of("cancellation", "store"));
    assertThat(FullReport.chosen(parts, "store,eval-cranfield"))
        .extracting(Part::name)
        .containsExactly("eval-cranfield", "store");
    assertThatThrownBy(() -> FullReport.chosen(parts, "store,stores"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no part named [stores]");
  }
}
