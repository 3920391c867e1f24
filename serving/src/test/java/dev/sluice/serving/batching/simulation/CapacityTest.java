package dev.sluice.serving.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityTest {

  private static final Workload WORKLOAD = Workload.single(Texts.SYNTHETIC);
  private static final List<Setting> GRID = Baselines.token(QueueRule.UNBOUNDED);

  @Test
  void capacityIsWhereMeetingEnds() {
    Setting setting = GRID.getFirst();
    double load = Capacity.of(setting, WORKLOAD, Accelerator.GPU, 1);
    assertThat(Capacity.meets(setting, WORKLOAD, load, Accelerator.GPU, 1)).isTrue();
    assertThat(Capacity.meets(setting, WORKLOAD, 1.03 * load, Accelerator.GPU, 1)).isFalse();
  }

  @Test
  void theBestOfAGridIsTheOneThatMeetsAtMore() {
    Capacity best = Capacity.best(GRID, WORKLOAD, Accelerator.GPU, 1);
    assertThat(Capacity.of(best.setting(), WORKLOAD, Accelerator.GPU, 1))
        .isCloseTo(best.load(), within(0.03 * best.load()));
    assertThat(Capacity.anyMeets(GRID, WORKLOAD, best.load(), Accelerator.GPU, 1)).isPresent();
    assertThat(Capacity.anyMeets(GRID, WORKLOAD, 1.05 * best.load(), Accelerator.GPU, 1)).isEmpty();
  }

  @Test
  void aRunEndsAsSoonAsItIsDecided() {
    Verdict verdict = new Verdict(WORKLOAD.kinds(), 1, 8_000, 0);
    Simulation.run(
        WORKLOAD.arrivals(5, Accelerator.GPU, 8_000, 1),
        GRID.getFirst().create(Accelerator.GPU),
        Accelerator.GPU,
        1,
        verdict);
    assertThat(verdict.met()).isFalse();
    assertThat(verdict.kind("text").missed()).isBetween(80, 200);
    assertThat(verdict.kind("text").met()).isLessThan(1_000);
  }
}
