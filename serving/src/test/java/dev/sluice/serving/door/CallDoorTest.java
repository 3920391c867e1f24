package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom the door lets in. */
class CallDoorTest extends WithDoor {

  /** Searches are slow and wait, until as few are let in as ever. */
  private void lower() {
    answered(enter(16, 1000), 600, 400);
    for (int i = 0; i < 60; i++) {
      answered(enter(limit(), 1000), 600, 400);
    }
    assertThat(limit()).isEqualTo(2);
  }

  @Test
  void theCallBeyondTheLimitIsRefusedWithATimeToComeAgain() {
    enter(16, 1000);
    assertThatExceptionOfType(Failure.Overloaded.class)
        .isThrownBy(() -> enter("a", SEARCH, 1000))
        .satisfies(refusal -> {
          assertThat(refusal.reason()).isEqualTo("CALL_LIMIT");
          assertThat(refusal.retryAfter()).isPositive();
        });
    assertThat(registry.get("sluice.door.refused").tag("reason", "call_limit").counter().count())
        .isEqualTo(1);
  }

  @Test
  void whatGoesWrongAtTheDoorKeepsNoPlace() {
    var broken =
        new Deadline.Ticker() {
          private boolean asked;

          @Override
          public long nanoTime() {
            if (asked) {
              throw new IllegalStateException("a defect");
            }
            asked = true;
            return now;
          }
        };
    CallDoor single = new CallDoor(1, 1, new LeastCalls(1, 1), new Named(), broken, registry);
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(IllegalStateException.class)
          .as("and not that the server has enough calls")
          .isThrownBy(() -> single.enter(SEARCH, new Metadata(), null));
    }
  }

  @Test
  void aCallThatLeftMakesRoom() {
    List<Entry> entries = enter(16, 1000);
    entries.getFirst().left(Status.OK);
    assertThat(enter("a", SEARCH, 1000)).isNotNull();
  }

  @Test
  void anAnswerThatBeganMakesRoomAndIsCountedOnce() {
    Entry answer = enter("a", AnswerServiceGrpc.getStreamAnswerMethod(), 1000);
    answer.answering();
    answer.left(Status.OK);
    assertThat(gauge("sluice.door.calls", AnswerServiceGrpc.SERVICE_NAME)).isZero();
  }

  @Test
  void aServiceThatIsShortShutsOutNoOther() {
    lower();
    for (int i = 0; i < 16; i++) {
      assertThat(enter("a", DocumentServiceGrpc.getGetDocumentMethod(), 1000)).isNotNull();
    }
  }

  @Test
  void partsOfCallsThatTheGatewayLetInPassALimitThatFell() {
    lower();
    enter(2, 1000);
    enterAdmitted(14);
    assertThatExceptionOfType(Failure.Overloaded.class)
        .as("as many as one begins with")
        .isThrownBy(() -> enterAdmitted(1));
  }

  @Test
  void whatComesInBeyondALimitTakesNobodysPlace() {
    lower();
    List<Entry> within = enter(2, 1000);
    assertThatExceptionOfType(Failure.Overloaded.class).isThrownBy(() -> enter(1, 1000));
    List<Entry> beyond = enterAdmitted(5);
    within.getFirst().left(Status.OK);
    assertThat(enter(1, 1000)).hasSize(1);
    beyond.forEach(each -> each.left(Status.OK));
    assertThatExceptionOfType(Failure.Overloaded.class)
        .as("their going makes none either")
        .isThrownBy(() -> enter(1, 1000));
  }

  private List<Entry> enterAdmitted(int calls) {
    Metadata headers = new Metadata();
    headers.put(TENANT, "a");
    headers.put(Metadata.Key.of("sluice-admitted", Metadata.ASCII_STRING_MARSHALLER), "true");
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      entries.add(door.enter(SEARCH, headers, null));
    }
    return entries;
  }

  @Test
  void streamsOfDocumentsAreNotCounted() {
    for (int i = 0; i < 20; i++) {
      enter("a", DocumentServiceGrpc.getUpsertDocumentsMethod(), 60_000);
    }
    assertThat(gauge("sluice.door.calls", DocumentServiceGrpc.SERVICE_NAME)).isZero();
  }

  @Test
  void theyAreBoundedAllTheSame() {
    for (int i = 0; i < 100; i++) {
      enter(i % 2 == 0 ? "a" : "b", DocumentServiceGrpc.getUpsertDocumentsMethod(), 60_000);
    }
    assertThatExceptionOfType(Failure.Overloaded.class)
        .isThrownBy(() -> enter("a", SEARCH, 1000))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo("CALL_BOUND"));
  }

  @Test
  void oneTenantHasNotAllPlacesOfTheBound() {
    for (int i = 0; i < 80; i++) {
      enter("a", DocumentServiceGrpc.getUpsertDocumentsMethod(), 60_000);
    }
    assertThatExceptionOfType(Failure.Overloaded.class)
        .isThrownBy(() -> enter("a", SEARCH, 1000))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo("TENANT_SHARE"));
    assertThat(enter("b", SEARCH, 1000)).isNotNull();
  }

  @Test
  void aRefusedCallTakesNoPlaceOfTheBound() {
    enter(16, 1000);
    for (int i = 0; i < 200; i++) {
      assertThatExceptionOfType(Failure.Overloaded.class)
          .isThrownBy(() -> enter("a", SEARCH, 1000))
          .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo("CALL_LIMIT"));
    }
  }

  @Test
  void tenantsWhoFloodShareTheLimitAndDoNotMultiplyIt() {
    for (int i = 0; i < 400; i++) {
      pass(1);
      try {
        enter("tenant " + i % 4, SEARCH, 1000);
      } catch (Failure.Overloaded refused) {
        // most of them are
      }
    }
    assertThat(gauge("sluice.door.calls", SearchServiceGrpc.SERVICE_NAME)).isLessThanOrEqualTo(20);
  }

  @Test
  void aModestTenantIsLetInThoughAnotherFillsTheLimit() {
    enter(16, 1000);
    assertThat(enter("modest", SEARCH, 1000)).isNotNull();
    assertThatExceptionOfType(Failure.Overloaded.class).isThrownBy(() -> enter("a", SEARCH, 1000));
  }
}
