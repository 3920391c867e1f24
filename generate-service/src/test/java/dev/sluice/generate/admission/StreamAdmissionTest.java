package dev.sluice.generate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.admission.StreamAdmission.Verdict;
import dev.sluice.type.v1.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules one by one. Times in the comments and names are those of the fake server. */
class StreamAdmissionTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;
  private static final int MAX_TOKENS = 100;
  private static final long HOUR = 3600 * SECOND;

  private long now = SECOND;
  private final StreamAdmission admission = new StreamAdmission(5000, new FixedLimit(2));

  private static Ticket ticket(String tenant) {
    return new Ticket(tenant, Priority.INTERACTIVE, 10, MAX_TOKENS);
  }

  private Verdict offer(String tenant, long slack) {
    return admission.offer(ticket(tenant), now + slack, now);
  }

  private TokenStream queued(String tenant, long slack) {
    if (offer(tenant, slack) instanceof Verdict.Queued(TokenStream stream)) {
      return stream;
    }
    throw new AssertionError("refused");
  }

  private List<TokenStream> started() {
    return admission.next(now).started();
  }

  /** Streams run and write 100 tokens, 10 ms apart, until the pace is known. */
  private void teach() {
    for (int round = 0; round < 20; round++) {
      TokenStream stream = queued("teacher", HOUR);
      assertThat(started()).containsExactly(stream);
      for (int token = 0; token < MAX_TOKENS; token++) {
        now += 10 * MILLI;
        admission.wrote(stream, 1, now);
        admission.next(now);
      }
      admission.ended(stream, Outcome.COMPLETED, now);
      admission.next(now);
    }
    now += 20 * SECOND;
  }

  private List<TokenStream> fill() {
    List<TokenStream> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      running.add(queued("filler", HOUR));
      started();
      admission.wrote(running.getLast(), 1, now);
    }
    return running;
  }

  private static Refusal reason(Verdict verdict) {
    if (verdict instanceof Verdict.Refused(Refusal reason, long retry)) {
      return reason;
    }
    throw new AssertionError("not refused");
  }

  @Test
  void streamsStartUpToTheLimitAndTheNextWhenOneEnds() {
    List<TokenStream> running = fill();
    TokenStream third = queued("a", HOUR);
    assertThat(started()).isEmpty();
    admission.ended(running.getFirst(), Outcome.COMPLETED, now);
    assertThat(started()).containsExactly(third);
  }

  @Test
  void theEarliestDeadlineStartsFirstThenTheFirstComer() {
    List<TokenStream> running = fill();
    TokenStream late = queued("a", 2 * HOUR);
    TokenStream early = queued("a", HOUR);
    TokenStream next = queued("b", HOUR);
    admission.ended(running.get(0), Outcome.COMPLETED, now);
    assertThat(started()).containsExactly(early);
    admission.ended(running.get(1), Outcome.COMPLETED, now);
    assertThat(started()).containsExactly(next);
    admission.ended(next, Outcome.FAILED, now);
    assertThat(started()).containsExactly(late);
  }

  @Test
  void aCancelledStreamLeavesAtOnce() {
    fill();
    TokenStream waiting = queued("a", HOUR);
    assertThat(admission.waiting()).isOne();
    assertThat(admission.waitingTokens()).isPositive();
    admission.ended(waiting, Outcome.CANCELLED, now);
    assertThat(admission.waiting()).isZero();
    assertThat(admission.waitingTokens()).isZero();
    assertThat(admission.oldest()).isNull();
  }

  @Test
  void aStreamThatWouldEndLateIsRefusedWithATimeToComeBack() {
    teach();
    fill();
    queued("a", HOUR);
    // One second of its own, and more than one for the one ahead and itself on two slots.
    assertThat(reason(offer("a", 1500 * MILLI))).isEqualTo(Refusal.PREDICTED_LATE);
    assertThat(offer("a", 60 * SECOND)).isInstanceOf(Verdict.Queued.class);
    assertThat(offer("a", 1500 * MILLI))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.retryAfter()).isBetween(100 * MILLI, 5 * SECOND));
  }

  @Test
  void anIdleServerIsAlwaysTried() {
    teach();
    TokenStream hopeless = queued("a", MILLI);
    assertThat(started()).containsExactly(hopeless);
  }

  @Test
  void aStreamThatCannotFinishAnyMoreExpiresBeforeItStarts() {
    teach();
    List<TokenStream> running = fill();
    TokenStream waiting = queued("a", 10 * SECOND);
    now += 9500 * MILLI;
    admission.ended(running.getFirst(), Outcome.COMPLETED, now);
    StreamAdmission.Moves moves = admission.next(now);
    assertThat(moves.started()).isEmpty();
    assertThat(moves.expired()).containsExactly(waiting);
    assertThat(admission.waiting()).isZero();
  }

  @Test
  void whatWaitsIsBoundedInTokens() {
    fill();
    int queued = 0;
    Verdict last = offer("a", HOUR);
    while (last instanceof Verdict.Queued) {
      queued++;
      last = offer("a", HOUR);
    }
    assertThat(reason(last)).isEqualTo(Refusal.QUEUE_FULL);
    assertThat(queued).isBetween(5000 / (10 + MAX_TOKENS), 5000 / 10);
    assertThat(admission.waitingTokens()).isLessThanOrEqualTo(5000);
  }

  @Test
  void whenContendedATenantHasItsShareAndItsNeighbourIsLetIn() {
    teach();
    fill();
    offer("quiet", 30 * SECOND);
    Verdict last = offer("loud", 30 * SECOND);
    while (last instanceof Verdict.Queued) {
      last = offer("loud", 30 * SECOND);
    }
    assertThat(reason(last)).isEqualTo(Refusal.TENANT_SHARE);
    assertThat(offer("quiet", 30 * SECOND)).isInstanceOf(Verdict.Queued.class);
  }

  @Test
  void aTenantsBulkWorkDoesNotShutOutItsUrgentCalls() {
    teach();
    fill();
    offer("other", HOUR);
    for (int i = 0; i < 20; i++) {
      queued("a", HOUR);
    }
    assertThat(offer("a", 30 * SECOND)).isInstanceOf(Verdict.Queued.class);
  }

  @Test
  void endsCountOnce() {
    List<TokenStream> running = fill();
    admission.ended(running.getFirst(), Outcome.FAILED, now);
    admission.ended(running.getFirst(), Outcome.COMPLETED, now);
    assertThat(admission.running()).isOne();
  }
}
