package dev.sluice.serving.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadTest {

  private static final Accelerator ACCELERATOR = Accelerator.GPU;

  static Stream<Workload> workloads() {
    return Stream.of(Texts.SYNTHETIC, Texts.TUNING, Texts.HELD_OUT)
        .flatMap(texts -> Workload.all(texts).stream());
  }

  private static List<Arrival> arrivals(Workload workload, double load, int count, long seed) {
    List<Arrival> all = new ArrayList<>();
    workload.arrivals(load, ACCELERATOR, count, seed).forEachRemaining(all::add);
    return all;
  }

  /** Busy seconds a second on a machine that never pads, a tenth of its time lost to launches. */
  private static double offered(List<Arrival> arrivals) {
    double nanos =
        arrivals.stream()
            .flatMap(arrival -> arrival.lengths().stream())
            .mapToDouble(length -> ACCELERATOR.b() * length + ACCELERATOR.q() * length * length)
            .sum();
    return nanos / 0.9 / arrivals.getLast().at();
  }

  static Stream<Workload> synthetic() {
    return workloads().limit(8);
  }

  @ParameterizedTest
  @MethodSource("synthetic")
  void loadOneIsAllThatTheMachineCanDoWithBurstsAndWithout(Workload workload) {
    Workload.Demand demand = workload.demand();
    double rate = ACCELERATOR.idealRate(demand.tokens(), demand.square());
    int fiveMinutes = (int) (300 * rate);
    assertThat(offered(arrivals(workload, 1, fiveMinutes, 3))).isCloseTo(1, within(0.1));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void theSameSeedGivesTheSameRequestsAtEveryLoad(Workload workload) {
    List<Arrival> slow = arrivals(workload, 0.2, 500, 9);
    List<Arrival> fast = arrivals(workload, 1.1, 500, 9);
    assertThat(slow).isNotEmpty().hasSameSizeAs(fast);
    for (int i = 0; i < slow.size(); i++) {
      assertThat(slow.get(i).lengths()).isEqualTo(fast.get(i).lengths());
      assertThat(slow.get(i).kind()).isEqualTo(fast.get(i).kind());
    }
    assertThat(arrivals(workload, 0.2, 500, 9).getLast().at()).isEqualTo(slow.getLast().at());
    assertThat(arrivals(workload, 0.2, 500, 8).getLast().at()).isNotEqualTo(slow.getLast().at());
  }

  @Test
  void burstsMakeGapsMoreVariedThanPoissonOnes() {
    Workload steady = Workload.single(Texts.SYNTHETIC);
    assertThat(dispersion(arrivals(steady, 0.5, 50_000, 1))).isCloseTo(1, within(0.2));
    assertThat(dispersion(arrivals(steady.bursty(), 0.5, 50_000, 1))).isGreaterThan(5);
  }

  /** Variance of the arrivals in 100 ms over their mean: 1 for a Poisson process. */
  private static double dispersion(List<Arrival> arrivals) {
    int[] counts = new int[(int) (arrivals.getLast().at() / 100_000_000)];
    for (Arrival arrival : arrivals) {
      int bin = (int) (arrival.at() / 100_000_000);
      if (bin < counts.length) {
        counts[bin]++;
      }
    }
    double mean = Arrays.stream(counts).average().orElseThrow();
    return Arrays.stream(counts).mapToDouble(n -> (n - mean) * (n - mean)).average().orElseThrow()
        / mean;
  }

  @Test
  void onePoolKeepsTheRateThatItsKindHasInTheMix() {
    Workload mix = Workload.embedMix(Texts.SYNTHETIC);
    List<Arrival> all = arrivals(mix, 0.5, 20_000, 1);
    List<Arrival> queries = arrivals(mix.only("query"), 0.5, 17_000, 1);
    assertThat(queries).allMatch(arrival -> arrival.kind().equals("query"));
    assertThat((double) queries.getLast().at() / all.getLast().at()).isCloseTo(1, within(0.04));
  }

  @Test
  void aFlooderSendsFourFifths() {
    List<Arrival> all = arrivals(Workload.rerank(Texts.SYNTHETIC).flooded(), 1.3, 10_000, 1);
    long flood = all.stream().filter(arrival -> arrival.tenant().equals("flooder")).count();
    assertThat(flood).isBetween(7_800L, 8_200L);
    assertThat(all).extracting(Arrival::tenant).contains(Workload.victims().toArray(String[]::new));
  }
}
