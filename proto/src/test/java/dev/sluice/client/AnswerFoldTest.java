package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerSearchResults;
import dev.sluice.gateway.v1.AnswerStarted;
import dev.sluice.gateway.v1.AnswerTextDelta;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.Span;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.Usage;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerFoldTest {

  private static final Citation CITATION =
      Citation.newBuilder().setAnswerSpan(Span.newBuilder().setEnd(5)).build();
  private static final SearchResult RESULT =
      SearchResult.newBuilder().setDocumentId("a.md").setText("Grass is green.").build();
  private static final Degradation DEGRADATION =
      Degradation.newBuilder().setReason(Degradation.Reason.STAGE_TIMEOUT).build();
  private static final StageReport REPORT = StageReport.newBuilder().setStage("embed").build();

  private final List<AnswerEvent> events = new ArrayList<>();

  @Test
  void everyEventFindsItsPlaceInTheResponse() {
    add(event().setStarted(AnswerStarted.getDefaultInstance()));
    add(event().setSearchResults(AnswerSearchResults.newBuilder().addResults(RESULT)));
    add(delta("Grass"));
    add(event().setCitation(CITATION));
    add(event().setDegradation(DEGRADATION));
    add(delta(" is green."));
    add(
        event()
            .setCompleted(
                AnswerCompleted.newBuilder()
                    .setFinishReason(FinishReason.STOP)
                    .setUsage(Usage.newBuilder().setPromptTokenCount(7))
                    .addStageReports(REPORT)
                    .setSupportScore(0.5)));

    assertThat(AnswerFold.of(events.iterator()))
        .isEqualTo(
            AnswerResponse.newBuilder()
                .setText("Grass is green.")
                .addCitations(CITATION)
                .addSearchResults(RESULT)
                .addDegradations(DEGRADATION)
                .addStageReports(REPORT)
                .setFinishReason(FinishReason.STOP)
                .setUsage(Usage.newBuilder().setPromptTokenCount(7))
                .setSupportScore(0.5)
                .build());
  }

  @Test
  void anAbstentionHasItsReasonAndWhatWasNotSaidStaysAbsent() {
    Abstention abstention =
        Abstention.newBuilder().setReason(Abstention.Reason.LOW_GROUNDING).build();
    add(event().setStarted(AnswerStarted.getDefaultInstance()));
    add(event().setCompleted(AnswerCompleted.newBuilder().setAbstention(abstention)));

    AnswerResponse response = AnswerFold.of(events.iterator());

    assertThat(response.getAbstention()).isEqualTo(abstention);
    assertThat(response.getText()).isEmpty();
    assertThat(response.hasUsage()).isFalse();
    assertThat(response.hasSupportScore()).isFalse();
  }

  @Test
  void aGapInTheSequenceIsRefused() {
    AnswerFold fold = new AnswerFold();
    fold.add(delta("a").setSequenceNumber(0).build());

    assertThatThrownBy(() -> fold.add(delta("c").setSequenceNumber(2).build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("event 1 is missing: got 2");
  }

  @Test
  void nothingMayFollowTheCompletedEvent() {
    add(event().setCompleted(AnswerCompleted.getDefaultInstance()));
    add(delta("late"));

    assertThatThrownBy(() -> AnswerFold.of(events.iterator()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStreamWithoutACompletedEventHasNoResponse() {
    AnswerFold fold = new AnswerFold();
    fold.add(delta("half an").setSequenceNumber(0).build());

    assertThat(fold.isCompleted()).isFalse();
    assertThat(fold.text()).isEqualTo("half an");
    assertThatThrownBy(fold::response).isInstanceOf(IllegalStateException.class);
  }

  private void add(AnswerEvent.Builder event) {
    events.add(event.setSequenceNumber(events.size()).build());
  }

  private static AnswerEvent.Builder event() {
    return AnswerEvent.newBuilder();
  }

  private static AnswerEvent.Builder delta(String text) {
    return event().setTextDelta(AnswerTextDelta.newBuilder().setText(text));
  }
}
