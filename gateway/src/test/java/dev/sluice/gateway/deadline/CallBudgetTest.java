package dev.sluice.gateway.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Deadline;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a clock that stands still. */
class CallBudgetTest {

  private static final Deadline.Ticker STILL =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return 0;
        }
      };

  private static long left(long millis) {
    Deadline outer = Deadline.after(millis, TimeUnit.MILLISECONDS, STILL);
    return CallBudget.within(outer, new StageLatencies(), Map.of(), STILL)
        .deadline()
        .timeRemaining(TimeUnit.MILLISECONDS);
  }

  @Test
  void theGatewayGivesUpTwoPercentOfTheDeadlineToAnswerInTime() {
    assertThat(left(10_000)).isEqualTo(9_800);
  }

  @Test
  void itGivesUpFiveMillisecondsAtLeast() {
    assertThat(left(100)).isEqualTo(95);
  }
}
