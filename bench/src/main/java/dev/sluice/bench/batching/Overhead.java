package dev.sluice.bench.batching;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Arrival;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What a request costs where the accelerator costs nothing: latency, and processor time of client,
 * server and fake model server together. Also warms the JVM up.
 */
public final class Overhead {

  private static final String NAME = "no-cost";
  private static final Accelerator FREE = new Accelerator(0, 0, 0, true, 1, 0, 0);
  private static final double REQUESTS_A_SECOND = 150;
  private static final double WARM_UP_REQUESTS_A_SECOND = 600;
  private static final int WARM_UPS = 2;
  private static final long RUN_NANOS = 6_000_000_000L;
  private static final long WARM_UP_NANOS = 1_000_000_000L;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Overhead() {}

  private record Cost(double p50, double p99, double processorMicros) {}

  /** Takes about half a minute, and some twelve seconds a seed. */
  public static List<Figure> run(int seeds) {
    var setting = new TritonSetting(Padding.OWN, 64, 0);
    List<Figure> figures = new ArrayList<>();
    figures.addAll(
        figures("sluice", "defaults", seeds, seed -> new SluiceSide(Contender.MODEL, FREE, seed)));
    figures.addAll(
        figures(
            "triton-own",
            setting.toString(),
            seeds,
            seed -> new TritonSide(Contender.MODEL, setting, FREE, seed)));
    return figures;
  }

  private static List<Figure> figures(
      String side, String setting, int seeds, LongFunction<Side> start) {
    List<Cost> costs = new ArrayList<>();
    for (int pass = 0; pass < WARM_UPS; pass++) {
      cost(start, WARM_UP_REQUESTS_A_SECOND, 0);
    }
    for (long seed = 1; seed <= seeds; seed++) {
      costs.add(cost(start, REQUESTS_A_SECOND, seed));
    }
    System.err.printf("%s: %s done%n", NAME, side);
    return List.of(
        Figure.of(NAME, side, setting, "p50 ms", costs.stream().mapToDouble(Cost::p50)),
        Figure.of(NAME, side, setting, "p99 ms", costs.stream().mapToDouble(Cost::p99)),
        Figure.of(
            NAME,
            side,
            setting,
            "processor µs a request",
            costs.stream().mapToDouble(Cost::processorMicros)));
  }

  private static Cost cost(LongFunction<Side> start, double rate, long seed) {
    Workload workload = Workload.single(false);
    List<Arrival> trace = workload.trace(rate, RUN_NANOS, seed);
    try (Side side = start.apply(seed)) {
      long before = SYSTEM.getProcessCpuTime();
      Tally tally = new Tally(trace, WARM_UP_NANOS);
      LoadRun.run(side, trace, tally, false);
      double micros = (SYSTEM.getProcessCpuTime() - before) / 1e3 / trace.size();
      String kind = workload.kinds().getFirst().name();
      return new Cost(tally.latency(kind, 0.5) / 1e6, tally.latency(kind, 0.99) / 1e6, micros);
    }
  }
}
