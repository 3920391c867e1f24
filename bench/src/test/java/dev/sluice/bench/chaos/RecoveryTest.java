package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecoveryTest {

  private static final long SECOND = 1_000_000_000L;

  private static Call call(double second, String code, String... effects) {
    return new Call(Kind.READ, (long) (second * SECOND), 1, code, Set.of(effects), "");
  }

  @Test
  void withoutABadCallItIsThereAtOnce() {
    List<Call> calls = IntStream.range(0, 10).mapToObj(i -> call(i, Call.OK)).toList();
    assertThat(Recovery.after(calls, 0, 4 * SECOND)).contains(Duration.ZERO);
  }

  @Test
  void itIsThereAfterTheLastBadCall() {
    List<Call> calls = List.of(call(1, "UNAVAILABLE"), call(2.5, Call.OK, "LEXICAL_ONLY"));
    assertThat(Recovery.after(calls, 0, 6 * SECOND).orElseThrow())
        .isBetween(Duration.ofMillis(2500), Duration.ofMillis(2501));
  }

  @Test
  void aBadCallLongAfterIsNotOfThisFault() {
    List<Call> calls = List.of(call(1, "UNAVAILABLE"), call(9, "UNAVAILABLE"));
    assertThat(Recovery.after(calls, 0, 10 * SECOND).orElseThrow())
        .isBetween(Duration.ofMillis(1000), Duration.ofMillis(1001));
  }

  @Test
  void itIsNotKnownBeforeThreeSecondsHavePassed() {
    assertThat(Recovery.after(List.of(call(1, "INTERNAL")), 0, 3 * SECOND)).isEmpty();
  }

  @Test
  void callsBeforeTheFaultEndedDoNotCount() {
    assertThat(Recovery.after(List.of(call(1, "INTERNAL")), 2 * SECOND, 5 * SECOND))
        .contains(Duration.ZERO);
  }
}
