package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultCallsTest {

  private static Call call(long begun, long nanos, String wrong) {
    return new Call(Kind.READ, begun, nanos, Call.OK, Set.of(), wrong);
  }

  @Test
  void aCallThatWasUnderWayAtTheFaultIsJudgedByIt() {
    Call over = call(0, 9, "");
    Call underWay = call(1, 50, "");
    Call later = call(12, 1, "");
    FaultCalls calls = FaultCalls.of(List.of(over, underWay, later), 10);
    assertThat(calls.before()).containsExactly(over);
    assertThat(calls.since()).containsExactly(underWay, later);
  }

  @Test
  void whatWasWrongBeforeTheFaultIsSaid() {
    FaultCalls calls = FaultCalls.of(List.of(call(0, 5, "an old text"), call(0, 6, "")), 10);
    assertThat(calls.wrongBefore()).containsExactly("before the fault: an old text");
  }
}
