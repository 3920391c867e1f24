package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerSearchResults;
import dev.sluice.gateway.v1.AnswerStarted;
import dev.sluice.gateway.v1.AnswerTextDelta;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.type.v1.Degradation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The law of the stream, for random streams: its fold is what its events said, or it is refused.
 */
class AnswerFoldLawTest {

  private static final int ROUNDS = 2_000;

  @Test
  void theFoldOfAnyLawfulStreamIsWhatItsEventsSaid() {
    for (int round = 0; round < ROUNDS; round++) {
      List<AnswerEvent> events = stream(new Random(round));
      AnswerResponse response = AnswerFold.of(events.iterator());
      AnswerCompleted completed = events.get(events.size() - 1).getCompleted();
      assertThat(response.getText())
          .isEqualTo(
              events.stream()
                  .map(event -> event.getTextDelta().getText())
                  .collect(Collectors.joining()));
      assertThat(response.getSearchResultsList())
          .isEqualTo(
              events.stream()
                  .flatMap(event -> event.getSearchResults().getResultsList().stream())
                  .toList());
      assertThat(response.getCitationsList())
          .isEqualTo(
              events.stream()
                  .filter(AnswerEvent::hasCitation)
                  .map(AnswerEvent::getCitation)
                  .toList());
      assertThat(response.getDegradationsList())
          .isEqualTo(
              events.stream()
                  .filter(AnswerEvent::hasDegradation)
                  .map(AnswerEvent::getDegradation)
                  .toList());
      assertSameFields(completed, response);
    }
  }

  private static void assertSameFields(AnswerCompleted completed, AnswerResponse response) {
    for (FieldDescriptor field : AnswerCompleted.getDescriptor().getFields()) {
      FieldDescriptor place = AnswerResponse.getDescriptor().findFieldByName(field.getName());
      assertThat(place).as("the response's field for %s", field.getFullName()).isNotNull();
      assertThat(response.getField(place))
          .as(field.getFullName())
          .isEqualTo(completed.getField(field));
      if (field.hasPresence()) {
        assertThat(response.hasField(place))
            .as("presence of %s", field.getFullName())
            .isEqualTo(completed.hasField(field));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gap", "duplicate", "swap", "late", "twice", "unfinished", "not from 0"})
  void aStreamThatBreaksTheLawIsRefused(String violation) {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      List<AnswerEvent> events = broken(violation, stream(random), random);
      assertThatThrownBy(() -> AnswerFold.of(events.iterator()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static List<AnswerEvent> broken(
      String violation, List<AnswerEvent> events, Random random) {
    int last = events.size() - 1;
    int any = random.nextInt(last);
    switch (violation) {
      case "gap" -> events.remove(any);
      case "duplicate" -> events.add(any, events.get(any));
      case "swap" -> events.add(any, events.remove(any + 1));
      case "late" -> events.add(numbered(anyEvent(random), last + 1));
      case "twice" -> events.add(numbered(events.get(last).toBuilder(), last + 1));
      case "unfinished" -> events.remove(last);
      default ->
          events.replaceAll(event -> numbered(event.toBuilder(), event.getSequenceNumber() + 1));
    }
    return events;
  }

  /** What a field added later must not miss: see {@link AnswerFold}. */
  @Test
  void everyFieldOfTheResponseIsFoldedFromSomeEvent() {
    List<AnswerEvent> events = new ArrayList<>();
    for (FieldDescriptor event : AnswerEvent.getDescriptor().getOneofs().get(0).getFields()) {
      if (event.getNumber() != AnswerEvent.COMPLETED_FIELD_NUMBER) {
        events.add(numbered(filled(event), events.size()));
      }
    }
    FieldDescriptor completed =
        AnswerEvent.getDescriptor().findFieldByNumber(AnswerEvent.COMPLETED_FIELD_NUMBER);
    events.add(numbered(filled(completed), events.size()));

    AnswerResponse response = AnswerFold.of(events.iterator());

    assertThat(response.getAllFields().keySet())
        .containsExactlyInAnyOrderElementsOf(AnswerResponse.getDescriptor().getFields());
    assertSameFields(events.get(events.size() - 1).getCompleted(), response);
  }

  private static AnswerEvent.Builder filled(FieldDescriptor event) {
    AnswerEvent.Builder builder = AnswerEvent.newBuilder();
    return builder.setField(event, FilledMessage.of(builder.newBuilderForField(event)));
  }

  private static List<AnswerEvent> stream(Random random) {
    List<AnswerEvent> events = new ArrayList<>();
    events.add(
        numbered(AnswerEvent.newBuilder().setStarted(AnswerStarted.getDefaultInstance()), 0));
    for (int count = random.nextInt(12); count >= 0; count--) {
      events.add(numbered(anyEvent(random), events.size()));
    }
    events.add(numbered(AnswerEvent.newBuilder().setCompleted(completed(random)), events.size()));
    return events;
  }

  private static AnswerEvent numbered(AnswerEvent.Builder event, long number) {
    return event.setSequenceNumber(number).build();
  }

  private static AnswerEvent.Builder anyEvent(Random random) {
    AnswerEvent.Builder event = AnswerEvent.newBuilder();
    switch (random.nextInt(5)) {
      case 0 ->
          event.setTextDelta(
              AnswerTextDelta.newBuilder().setText("é😀 ".repeat(random.nextInt(3))));
      case 1 -> event.setCitation(FilledMessage.some(Citation.getDefaultInstance(), random));
      case 2 -> event.setDegradation(FilledMessage.some(Degradation.getDefaultInstance(), random));
      case 3 ->
          event.setSearchResults(
              FilledMessage.some(AnswerSearchResults.getDefaultInstance(), random));
      default -> {} // an event of a later version
    }
    return event;
  }

  private static AnswerCompleted completed(Random random) {
    return FilledMessage.some(AnswerCompleted.getDefaultInstance(), random);
  }
}
