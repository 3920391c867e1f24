package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Baselines;
import dev.sluice.serving.batching.simulation.Capacity;
import dev.sluice.serving.batching.simulation.FullRun;
import dev.sluice.serving.batching.simulation.PolicyFactory;
import dev.sluice.serving.batching.simulation.Setting;
import dev.sluice.serving.batching.simulation.Texts;
import dev.sluice.serving.batching.simulation.Workload;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the batcher must be better at than the servers in use, each of them at its best setting. On
 * texts and seeds that nothing was tuned with.
 */
class BatchingFloorsTest {

  private static final long[] SEEDS = {9_001, 9_002, 9_003};
  private static final Accelerator PADDED = Accelerator.GPU;
  private static final Accelerator PACKED = Accelerator.GPU.packed();
  private static final PolicyFactory OURS = SchedulerPolicy::new;
  private static final List<Setting> OTHERS = Baselines.all();

  static Stream<Workload> every() {
    return Workload.all(Texts.HELD_OUT).stream();
  }

  static Stream<Workload> mixed() {
    return every().filter(workload -> workload.name().equals("embedMix"));
  }

  static Stream<Workload> steady() {
    return every().limit(4);
  }

  /**
   * Passages of the lengths that the design notes assume: of the real sets one request takes a
   * sixth of its own deadline, and two of them at once can be late without anybody's fault.
   */
  static Stream<Workload> flooded() {
    return Stream.of(
        Workload.embedMix(Texts.HELD_OUT),
        Workload.single(Texts.HELD_OUT),
        Workload.rerank(Texts.SYNTHETIC),
        Workload.rerankMix(Texts.SYNTHETIC));
  }

  @ParameterizedTest
  @MethodSource("every")
  void servesHalfAsMuchAgainAsAnyOtherWherePaddingCosts(Workload workload) {
    double ours = Capacity.of(OURS, workload, PADDED, SEEDS);
    assertNoneMeets(workload, ours / 1.5, PADDED);
  }

  @ParameterizedTest
  @MethodSource("mixed")
  void servesFourTimesAsMuchWhereUrgentCallsShareAMachineWithBulk(Workload workload) {
    double ours = Capacity.of(OURS, workload, PADDED, SEEDS);
    assertNoneMeets(workload, ours / 4, PADDED);
  }

  @ParameterizedTest
  @MethodSource("every")
  void losesNothingWherePaddingIsFree(Workload workload) {
    double ours = Capacity.of(OURS, workload, PACKED, SEEDS);
    assertNoneMeets(workload, ours / 0.97, PACKED);
  }

  private static void assertNoneMeets(Workload workload, double load, Accelerator accelerator) {
    assertThat(Capacity.anyMeets(OTHERS, workload, load, accelerator, SEEDS))
        .as("who meets %s at a load of %.3f", workload.title(), load)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("steady")
  void overloadWastesNothing(Workload workload) {
    double atPeak = peak(load -> FullRun.usefulTime(OURS, workload, load, PADDED, SEEDS[0]));
    double overloaded = FullRun.usefulTime(OURS, workload, 3, PADDED, SEEDS[0]);
    assertThat(overloaded).isGreaterThanOrEqualTo(0.95 * atPeak);
  }

  /**
   * In the mix, urgent queries go first, and a token of theirs costs several times as much as one
   * of a long text: the more of them come, the fewer tokens the same useful time holds.
   */
  @ParameterizedTest
  @MethodSource("steady")
  void overloadCostsNoTokensWhereAllRequestsCostAlike(Workload workload) {
    double floor = workload.name().equals("embedMix") ? 0.85 : 0.95;
    double atPeak = peak(load -> sustained(workload, load));
    assertThat(sustained(workload, 3)).isGreaterThanOrEqualTo(floor * atPeak);
  }

  private static double peak(DoubleUnaryOperator goodput) {
    return DoubleStream.of(0.8, 1, 1.5, 2).map(goodput).max().orElseThrow();
  }

  private static double sustained(Workload workload, double load) {
    return FullRun.sustained(OURS, workload, load, PADDED, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("flooded")
  void aTenantThatFloodsHarmsNobodyElse(Workload workload) {
    double load = 1.3 * sustained(workload, 1);
    assertThat(FullRun.victims(OURS, workload, load, PADDED, SEEDS)).isGreaterThanOrEqualTo(0.99);
  }
}
