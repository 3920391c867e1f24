package dev.sluice.standalone.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoissonArrivalsTest {

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private static long[] times(Arrivals arrivals) {
    var times = arrivals.times();
    return IntStream.iterate(0, i -> times.hasNext(), i -> i + 1)
        .mapToLong(i -> times.nextLong())
        .toArray();
  }

  @Test
  void asManyCallsAreSentAsTheRateSays() {
    assertThat((double) times(new PoissonArrivals(20, HOUR, 1)).length)
        .isCloseTo(20 * 3600.0, within(1000.0));
  }

  @Test
  void timesAscendAndEndWithTheLoad() {
    long[] times = times(new PoissonArrivals(50, HOUR, 2));

    assertThat(times).isSorted();
    assertThat(times[times.length - 1]).isLessThan(HOUR);
  }

  @Test
  void gapsSpreadAsMuchAsTheyAreLong() {
    long[] times = times(new PoissonArrivals(10, HOUR, 3));
    double[] gaps =
        IntStream.range(1, times.length).mapToDouble(i -> times[i] - times[i - 1]).toArray();
    double mean = IntStream.range(0, gaps.length).mapToDouble(i -> gaps[i]).average().orElseThrow();
    double variance =
        IntStream.range(0, gaps.length)
            .mapToDouble(i -> Math.pow(gaps[i] - mean, 2))
            .average()
            .orElseThrow();

    assertThat(Math.sqrt(variance) / mean).isCloseTo(1, within(0.05));
  }

  @Test
  void aSeedGivesTheSameTimesAgainAndAnotherOneGivesOthers() {
    Arrivals arrivals = new PoissonArrivals(10, HOUR, 4);

    assertThat(times(arrivals)).isEqualTo(times(arrivals));
    assertThat(times(arrivals)).isNotEqualTo(times(new PoissonArrivals(10, HOUR, 5)));
  }
}
