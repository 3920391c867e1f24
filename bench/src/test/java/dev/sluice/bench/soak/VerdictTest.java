package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static List<Double> values(double... values) {
    return DoubleStream.of(values).boxed().toList();
  }

  private static List<Double> line(double from, double step) {
    return IntStream.range(0, 20).mapToObj(i -> from + i * step).toList();
  }

  @Test
  void theSlopeOfALineIsItsStep() {
    assertThat(Slope.of(line(100, 3))).isEqualTo(3);
  }

  @Test
  void anOutlierDoesNotTurnTheSlope() {
    assertThat(Slope.of(values(10, 10, 500, 10, 10, 10, 10))).isZero();
  }

  @Test
  void oneValueHasNoSlope() {
    assertThat(Slope.of(values(10))).isZero();
  }

  @Test
  void steadyGrowthIsFound() {
    assertThat(Verdict.of(Figure.HEAP_MIB, line(100, 3)).grows()).isTrue();
  }

  @Test
  void whatGrowsOnlyAtFirstIsSteady() {
    var filling = values(10, 60, 90, 100, 105, 106, 106, 107, 106, 107, 107, 107);
    assertThat(Verdict.of(Figure.HEAP_MIB, filling).grows()).isFalse();
  }

  @Test
  void oneThreadAMinuteIsALeak() {
    assertThat(Verdict.of(Figure.THREADS, line(60, 1)).grows()).isTrue();
  }

  @Test
  void noiseIsNone() {
    var noisy = values(100, 104, 99, 103, 98, 105, 100, 102, 99, 104, 101, 100);
    assertThat(Verdict.of(Figure.HEAP_MIB, noisy).grows()).isFalse();
  }

  @Test
  void anythingLeftInAQueueAtTheEndIsTooMuch() {
    assertThat(Verdict.of(Figure.QUEUED, values(0, 0, 0, 1)).grows()).isTrue();
    assertThat(Verdict.of(Figure.QUEUED, values(0, 1, 0, 0)).grows()).isFalse();
  }
}
