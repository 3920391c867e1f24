package dev.sluice.gateway.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistoryTest {

  private static final long MS = 1_000_000;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final LatencyHistory history = new LatencyHistory();
  private long now = -5 * MINUTE;

  private long quantile(double part) {
    return history.quantile(part, now).orElseThrow();
  }

  @Test
  void nothingIsKnownFromAFewSamplesNorFromFadedOnes() {
    assertThat(history.quantile(0.5, now)).isEmpty();
    for (int i = 0; i < 4; i++) {
      history.observe(MS, now);
    }
    assertThat(history.quantile(0.5, now)).isPresent();
    now += MINUTE;
    assertThat(history.quantile(0.5, now)).isEmpty();
  }

  @Test
  void quantilesAreAtMostATenthTooLarge() {
    var random = new Random(3);
    long[] samples = random.longs(2000, 20_000, 10_000 * MS).toArray();
    Arrays.stream(samples).forEach(nanos -> history.observe(nanos, now));
    Arrays.sort(samples);
    for (double part : new double[] {0.05, 0.5, 0.9, 0.99}) {
      long exact = samples[(int) (part * samples.length) - 1];
      assertThat(quantile(part)).isBetween(exact, (long) (exact * 1.11));
    }
  }

  @Test
  void whatHappenedLatelyCountsMore() {
    for (int i = 0; i < 1000; i++) {
      history.observe(MS, now);
    }
    now += 8 * MINUTE;
    for (int i = 0; i < 20; i++) {
      history.observe(100 * MS, now);
    }
    assertThat(quantile(0.5)).isGreaterThan(90 * MS);
  }

  @Test
  void aYearIsNoProblem() {
    for (int day = 0; day < 365; day++) {
      for (int i = 0; i < 10; i++) {
        history.observe((day + 1) * MS, now);
      }
      now += 24 * 60 * MINUTE;
    }
    for (int i = 0; i < 10; i++) {
      history.observe(7 * MS, now);
    }
    assertThat(quantile(0.5)).isBetween(7 * MS, 8 * MS);
  }

  @Test
  void extremesHaveTheOutermostBuckets() {
    for (int i = 0; i < 10; i++) {
      history.observe(0, now);
      history.observe(Long.MAX_VALUE, now);
    }
    assertThat(quantile(0.1)).isLessThan(MS);
    assertThat(quantile(1)).isGreaterThan(MINUTE);
  }
}
