package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallDoorTest {

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final MethodDescriptor<?, ?> SEARCH = SearchServiceGrpc.getSearchMethod();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private long now = 1;
  private final Deadline.Ticker clock =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return now;
        }
      };

  /** Callers who say whose calls these are, and wait for a second. */
  private static final class Named implements Callers {
    @Override
    public String tenant(Metadata headers) {
      return String.valueOf(headers.get(TENANT));
    }

    @Override
    public Optional<Duration> patience(MethodDescriptor<?, ?> method) {
      return method.getType().clientSendsOneMessage()
          ? Optional.of(Duration.ofSeconds(1))
          : Optional.empty();
    }

    @Override
    public boolean isAdmitted(Metadata headers) {
      return OF_SERVICES.isAdmitted(headers);
    }
  }

  /** 16 calls at first, 2 at least. */
  private final CallDoor door = new CallDoor(100, 16, 2, new Named(), clock, registry);

  private Entry enter(String tenant, MethodDescriptor<?, ?> method, long deadlineMillis) {
    Metadata headers = new Metadata();
    headers.put(TENANT, tenant);
    return door.enter(
        method, headers, Deadline.after(deadlineMillis, TimeUnit.MILLISECONDS, clock));
  }

  private List<Entry> enter(int calls, long deadlineMillis) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      entries.add(enter("a", SEARCH, deadlineMillis));
    }
    return entries;
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** All of them are answered after so long, of which they waited a part for their turn. */
  private void answered(List<Entry> entries, long millis, long queuedMillis) {
    pass(millis);
    entries.forEach(each -> each.queued(TimeUnit.MILLISECONDS.toNanos(queuedMillis)));
    entries.forEach(each -> each.left(Status.OK));
  }

  /** Searches are slow and wait, until as few are let in as ever. */
  private void lower() {
    answered(enter(16, 1000), 600, 400);
    for (int i = 0; i < 60; i++) {
      answered(enter(limit(), 1000), 600, 400);
    }
    assertThat(limit()).isEqualTo(2);
  }

  private int limit() {
    return (int) gauge("sluice.door.limit", SearchServiceGrpc.SERVICE_NAME);
  }

  private double gauge(String name, String service) {
    return registry.get(name).tag("service", service).gauge().value();
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
    CallDoor single = new CallDoor(1, 1, 1, new Named(), broken, registry);
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
  void callsThatQueueLongLowerTheLimit() {
    answered(enter(16, 1000), 600, 400);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatQueueForALittlePartOfTheirTimeDoNot() {
    answered(enter(16, 1000), 400, 300);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsThatQueueAreKnownToBeSlowBeforeTheyEnd() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(each -> each.queued(TimeUnit.MILLISECONDS.toNanos(200)));
    pass(501);
    entries.getFirst().left(Status.OK);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatHangAreNot() {
    List<Entry> entries = enter(16, 1000);
    pass(501);
    entries.getFirst().left(Status.OK);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsThatAreSlowWithoutQueueingDoNot() {
    answered(enter(16, 1000), 900, 10);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsWithoutADeadlineHaveAsMuchTimeAsTheirCallersArePatient() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      entries.add(door.enter(SEARCH, new Metadata(), null));
    }
    answered(entries, 600, 400);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void aDeadlineFarAwayCountsAsAMinute() {
    answered(enter(16, TimeUnit.DAYS.toMillis(1)), 31_000, 20_000);
    assertThat(limit()).isLessThan(16);
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
  void callsThatAServiceBehindRefusesLowerTheLimit() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(Entry::refusedBehind);
    answered(entries, 5, 0);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatAreShortenedForWantOfTimeLowerItWhereOthersWait() {
    List<Entry> entries = enter(16, 1000);
    entries.subList(0, 4).forEach(Entry::shortened);
    entries.subList(4, 8).forEach(each -> each.queued(TimeUnit.MILLISECONDS.toNanos(200)));
    answered(entries, 400, 0);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatAreShortenedDoNotLowerItWhereNobodyWaits() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(Entry::shortened);
    answered(entries, 400, 0);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void impossibleDeadlinesDoNotLowerItForOthers() {
    List<Entry> entries = enter(16, 5);
    entries.forEach(Entry::refusedBehind);
    pass(20);
    entries.forEach(each -> each.left(Status.OK));
    assertThat(limit()).isEqualTo(16);
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
