package dev.sluice.bench.faults;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sluice.bench.faults.SteadyLoad.Ended;
import dev.sluice.bench.overhead.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Stream;

/** One replica of three suffers one fault under a steady load. */
public final class FaultRun {

  private static final long NANOS = SECONDS.toNanos(1);
  private static final int REPLICAS = 3;
  private static final int WARM_UP_SECONDS = 15;
  private static final int BEFORE_SECONDS = 10;
  private static final int AFTER_SECONDS = 10;

  private FaultRun() {}

  /**
   * What came of it; times in milliseconds.
   *
   * @param inFlight calls that the replica worked on just before
   * @param after the p95 of the calls of each second after the fault
   */
  public record Result(int calls, int failed, int inFlight, double before, List<Double> after) {

    /**
     * The first second after the fault from which on each second's p95 is at most twice the one
     * before; none when the last one's is not.
     */
    public OptionalInt secondsToRecover() {
      int second = after.size();
      while (second > 0 && after.get(second - 1) <= 2 * before) {
        second--;
      }
      return second == after.size() ? OptionalInt.empty() : OptionalInt.of(second);
    }
  }

  /**
   * @param route to replicas at these addresses, separated by commas
   */
  public static Result of(Fault fault, Function<String, Route> route) throws Exception {
    List<ChildProcess> replicas = new ArrayList<>();
    try {
      List<String> addresses = new ArrayList<>();
      for (int i = 0; i < REPLICAS; i++) {
        replicas.add(ChildProcess.start(ReplicaMain.class, Map.of("SLUICE_LOG_LEVEL", "ERROR")));
        addresses.add(replicas.getLast().line());
      }
      try (Route open = route.apply(String.join(",", addresses));
          var load = new SteadyLoad(open)) {
        return measured(fault, replicas.getFirst(), load);
      }
    } finally {
      replicas.forEach(ChildProcess::kill);
    }
  }

  private static Result measured(Fault fault, ChildProcess victim, SteadyLoad load)
      throws Exception {
    var _ = load.run(WARM_UP_SECONDS);
    var calls = new FutureTask<>(() -> load.run(BEFORE_SECONDS + AFTER_SECONDS));
    Thread.ofVirtual().start(calls);
    SECONDS.sleep(BEFORE_SECONDS);
    victim.tell("running");
    int inFlight = Integer.parseInt(victim.line());
    long at = System.nanoTime();
    fault.befall(victim);
    return result(calls.get(), inFlight, at);
  }

  /**
   * @param at when it happened
   */
  private static Result result(List<Ended> calls, int inFlight, long at) {
    double before = p95(calls.stream().filter(call -> call.due() - at < 0));
    List<Double> after = new ArrayList<>();
    for (int second = 0; second < AFTER_SECONDS - 1; second++) {
      long from = at + SECONDS.toNanos(second);
      after.add(
          p95(calls.stream().filter(call -> call.due() - from >= 0 && call.due() - from < NANOS)));
    }
    int failed = (int) calls.stream().filter(Ended::failed).count();
    return new Result(calls.size(), failed, inFlight, before, after);
  }

  private static double p95(Stream<Ended> calls) {
    double[] millis = calls.mapToDouble(call -> call.nanos() / 1e6).sorted().toArray();
    return millis[(int) (millis.length * 0.95)];
  }
}
