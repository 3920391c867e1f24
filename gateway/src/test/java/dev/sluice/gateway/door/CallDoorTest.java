package dev.sluice.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
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

  /** 16 calls at first, 2 at least. */
  private final CallDoor door =
      new CallDoor(100, 16, 2, headers -> String.valueOf(headers.get(TENANT)), clock, registry);

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

  private int limit() {
    return (int) registry.get("sluice.door.limit").gauge().value();
  }

  private double inside() {
    return registry.get("sluice.door.calls").gauge().value();
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
  void aCallThatLeftMakesRoom() {
    List<Entry> entries = enter(16, 1000);
    entries.getFirst().left();
    assertThat(enter("a", SEARCH, 1000)).isNotNull();
  }

  @Test
  void anAnswerThatBeganMakesRoomAndIsCountedOnce() {
    Entry answer = enter("a", AnswerServiceGrpc.getStreamAnswerMethod(), 1000);
    answer.answering();
    answer.left();
    assertThat(inside()).isZero();
  }

  @Test
  void callsThatTakeLongLowerTheLimit() {
    List<Entry> entries = enter(16, 1000);
    pass(300);
    entries.forEach(Entry::left);
    assertThat(limit()).isEqualTo(12);
  }

  @Test
  void callsThatTakeALittlePartOfTheirTimeDoNot() {
    List<Entry> entries = enter(16, 1000);
    pass(200);
    entries.forEach(Entry::left);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsThatAlwaysTakeLongAreNotSlow() {
    for (int i = 0; i < 10; i++) {
      Entry lone = enter("a", SEARCH, 1000);
      pass(400);
      lone.left();
    }
    int before = limit();
    for (int i = 0; i < 20; i++) {
      Entry lone = enter("a", SEARCH, 1000);
      pass(400);
      lone.left();
    }
    assertThat(limit()).isEqualTo(before);
  }

  @Test
  void callsThatAServiceBehindRefusesLowerTheLimit() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(Entry::refusedBehind);
    entries.forEach(Entry::left);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void impossibleDeadlinesDoNotLowerItForOthers() {
    List<Entry> entries = enter(16, 5);
    entries.forEach(Entry::refusedBehind);
    pass(20);
    entries.forEach(Entry::left);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void generationsAndStreamsOfDocumentsAreNotCounted() {
    for (int i = 0; i < 20; i++) {
      enter("a", GenerateServiceGrpc.getGenerateMethod(), 60_000);
      enter("a", DocumentServiceGrpc.getUpsertDocumentsMethod(), 60_000);
    }
    assertThat(inside()).isZero();
  }

  @Test
  void theyAreBoundedAllTheSame() {
    for (int i = 0; i < 100; i++) {
      enter("a", DocumentServiceGrpc.getUpsertDocumentsMethod(), 60_000);
    }
    assertThatExceptionOfType(Failure.Overloaded.class)
        .isThrownBy(() -> enter("a", SEARCH, 1000))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo("CALL_BOUND"));
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
  void aModestTenantIsLetInThoughAnotherFillsTheLimit() {
    enter(16, 1000);
    assertThat(enter("modest", SEARCH, 1000)).isNotNull();
    assertThatExceptionOfType(Failure.Overloaded.class).isThrownBy(() -> enter("a", SEARCH, 1000));
  }
}
