package dev.sluice.serving.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {

  private static final Accelerator ACCELERATOR = new Accelerator(1_000, 10, 0, true, 1, 0, 0);

  static Stream<Setting> everyServer() {
    return Stream.concat(
        Baselines.guarded().stream()
            .filter(setting -> setting.knobs().contains("limit=64 drops"))
            .filter(
                setting -> setting.knobs().matches("(items=8( delay=1ms.*)?|tokens=2048.*) .*")),
        Baselines.idealised().stream().limit(1));
  }

  @ParameterizedTest
  @MethodSource("everyServer")
  void everyRequestHasExactlyOneOutcome(Setting setting) {
    Workload workload = Workload.embedMix(Texts.TUNING).bursty();
    var tally = new Tally();
    Simulation.run(
        workload.arrivals(1.5, Accelerator.GPU, 1_000, 7),
        setting.create(Accelerator.GPU),
        Accelerator.GPU,
        7,
        tally);
    assertThat(tally.twice).isEmpty();
    assertThat(tally.seen).hasSize(1_000);
  }

  private static final class Tally extends Outcome {
    final Set<Arrival> seen = new HashSet<>();
    final List<Arrival> twice = new ArrayList<>();

    Tally() {
      super(0);
    }

    private void tally(Arrival arrival) {
      if (!seen.add(arrival)) {
        twice.add(arrival);
      }
    }

    @Override
    void answered(Arrival arrival, long at) {
      assertThat(at).isGreaterThan(arrival.at());
      tally(arrival);
    }

    @Override
    void refused(Arrival arrival) {
      tally(arrival);
    }

    @Override
    void dropped(Arrival arrival) {
      tally(arrival);
    }
  }

  @Test
  void theSameSeedGivesTheSameOutcome() {
    Setting setting = Baselines.all().getFirst();
    Workload workload = Workload.rerankMix(Texts.SYNTHETIC).bursty();
    Outcome one = FullRun.of(setting, workload, 0.3, Accelerator.GPU, 5);
    Outcome again = FullRun.of(setting, workload, 0.3, Accelerator.GPU, 5);
    Outcome other = FullRun.of(setting, workload, 0.3, Accelerator.GPU, 6);
    assertThat(again.busyNanos()).isEqualTo(one.busyNanos()).isNotEqualTo(other.busyNanos());
    assertThat(again.usefulPart()).isEqualTo(one.usefulPart());
  }

  @Test
  void aBatchIsPaddedToTheNextMultipleOfEight() {
    Outcome outcome = run(ACCELERATOR, arrival(0, 0, 9, 3));
    assertThat(outcome.busyNanos()).isEqualTo(1_000 + 10 * 2 * 16);
    assertThat(outcome.waste()).isCloseTo(1 - 12.0 / 32, within(1e-9));
  }

  @Test
  void aBatchWaitsInItsSlotUntilTheOneBeforeIsDone() {
    Arrival first = arrival(0, 0, 8);
    Arrival second = arrival(1, 10, 8);
    assertThat(met(ACCELERATOR, 2 * 1_080, first, second)).isEqualTo(2);
    assertThat(met(ACCELERATOR, 2 * 1_080 - 11, first, second)).isEqualTo(1);
  }

  @Test
  void slotsRunSideBySide() {
    Accelerator two = ACCELERATOR.withSlots(2);
    assertThat(met(two, 1_080, arrival(0, 0, 8), arrival(1, 10, 8))).isEqualTo(2);
  }

  @Test
  void anAnswerIsSeenARoundTripLater() {
    Accelerator far = ACCELERATOR.withRoundTrip(400);
    assertThat(met(far, 1_480, arrival(0, 0, 8))).isEqualTo(1);
    assertThat(met(far, 1_479, arrival(0, 0, 8))).isZero();
  }

  private static Arrival arrival(int number, long at, Integer... lengths) {
    return new Arrival(number, at, 1_000_000, "kind", "tenant", false, List.of(lengths));
  }

  /** How many requests are answered within a time after they came. */
  private static int met(Accelerator accelerator, long slo, Arrival... arrivals) {
    Arrival[] urgent =
        Stream.of(arrivals)
            .map(each ->
                new Arrival(
                    each.number(),
                    each.at(),
                    each.at() + slo,
                    "kind",
                    "tenant",
                    false,
                    each.lengths()))
            .toArray(Arrival[]::new);
    return run(accelerator, urgent).kind("kind").met();
  }

  private static Outcome run(Accelerator accelerator, Arrival... arrivals) {
    Outcome outcome = new Outcome(0);
    Policy policy =
        new FifoServer(new TokenBatching(4096, true, 2), QueueRule.UNBOUNDED, accelerator);
    Iterator<Arrival> all = List.of(arrivals).iterator();
    Simulation.run(all, policy, accelerator, 1, outcome);
    return outcome;
  }
}
