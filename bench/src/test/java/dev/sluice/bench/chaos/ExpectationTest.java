package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectationTest {

  private static final Expectation QUIET = Expectation.recovered(5);

  private static Call call(Kind kind, String code, String... effects) {
    return new Call(kind, 0, 1, code, Set.of(effects), "");
  }

  @Test
  void wholeCallsHold() {
    assertThat(QUIET.broken(List.of(call(Kind.SEARCH, Call.OK)))).isEmpty();
  }

  @Test
  void aCodeThatWasNotExpectedBreaks() {
    Expectation expectation = QUIET.failing(100, "UNAVAILABLE");
    assertThat(expectation.broken(List.of(call(Kind.READ, "UNAVAILABLE")))).isEmpty();
    assertThat(expectation.broken(List.of(call(Kind.READ, "INTERNAL"))))
        .containsExactly("read failed with INTERNAL");
  }

  @Test
  void moreFailuresThanExpectedBreak() {
    List<Call> calls = new ArrayList<>(Collections.nCopies(98, call(Kind.READ, Call.OK)));
    calls.addAll(Collections.nCopies(2, call(Kind.READ, "UNAVAILABLE")));
    assertThat(QUIET.failing(2, "UNAVAILABLE").broken(calls)).isEmpty();
    assertThat(QUIET.failing(1, "UNAVAILABLE").broken(calls))
        .containsExactly("2 of 100 calls failed");
  }

  @Test
  void aDegradationThatWasNotExpectedBreaks() {
    List<Call> calls = List.of(call(Kind.SEARCH, Call.OK, "LEXICAL_ONLY"));
    assertThat(QUIET.degraded("LEXICAL_ONLY").broken(calls)).isEmpty();
    assertThat(QUIET.degraded("RERANK_SKIPPED").broken(calls))
        .containsExactly("search was LEXICAL_ONLY");
  }

  @Test
  void fewerCandidatesOfASlowMachineBreakNothing() {
    Call slow = call(Kind.SEARCH, Call.OK, "FEWER_CANDIDATES");
    assertThat(QUIET.sparing(Kind.SEARCH).broken(List.of(slow))).isEmpty();
    assertThat(slow.whole()).isTrue();
  }

  @Test
  void aFaultOfWhichNothingIsSeenBreaks() {
    Expectation expectation = QUIET.degraded("LEXICAL_ONLY").showing("LEXICAL_ONLY");
    assertThat(expectation.broken(List.of(call(Kind.SEARCH, Call.OK))))
        .containsExactly("nothing was seen of LEXICAL_ONLY");
    assertThat(expectation.broken(List.of(call(Kind.SEARCH, Call.OK, "LEXICAL_ONLY")))).isEmpty();
  }

  @Test
  void aKindThatIsSparedNeitherFailsNorIsDegraded() {
    Expectation expectation = QUIET.failing(100, "UNAVAILABLE").sparing(Kind.READ);
    assertThat(expectation.broken(List.of(call(Kind.UPSERT, "UNAVAILABLE")))).isEmpty();
    assertThat(expectation.broken(List.of(call(Kind.READ, "UNAVAILABLE")))).hasSize(1);
  }

  @Test
  void aWrongResultAlwaysBreaks() {
    Call wrong = new Call(Kind.READ, 0, 1, Call.OK, Set.of(), "an old text");
    assertThat(QUIET.broken(List.of(wrong))).containsExactly("an old text");
  }

  @Test
  void aCallThatOutlivesItsDeadlineByMoreThanTheBoundBreaks() {
    long bound = Kind.READ.deadline() + Expectation.BOUND.toNanos();
    Call inside = new Call(Kind.READ, 0, bound, Call.OK, Set.of(), "");
    Call beyond = new Call(Kind.READ, 0, bound + 1, Call.OK, Set.of(), "");
    assertThat(QUIET.broken(List.of(inside))).isEmpty();
    assertThat(QUIET.broken(List.of(beyond)))
        .containsExactly("read ended 500 ms after its deadline");
  }

  @Test
  void itsWordsSayAllOfIt() {
    assertThat(
            QUIET
                .failing(3, "UNAVAILABLE")
                .degraded("LEXICAL_ONLY")
                .showing("LEXICAL_ONLY")
                .sparing(Kind.READ)
                .words())
        .isEqualTo(
            "at most 3 % of the calls fail, with UNAVAILABLE; responses may be LEXICAL_ONLY;"
                + " unharmed: read; seen is LEXICAL_ONLY; as before within 5 s");
  }
}
