package dev.sluice.bench.scheduling;

import dev.sluice.serving.batching.SchedulerHarness;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One step of the scheduler while 10,000 items wait. What happens between two steps (a batch ends,
 * requests arrive) takes much longer than reading the clock and is not timed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SchedulerSteps {

  private static final int ITEMS = 10_000;

  private final SchedulerHarness scheduler = new SchedulerHarness(ITEMS);

  @Benchmark
  public int decide() {
    return scheduler.decide();
  }

  @Benchmark
  public Object refuse() {
    return scheduler.refuse();
  }

  @Benchmark
  public void admitAndRemove() {
    scheduler.admitAndRemove();
  }

  @TearDown(Level.Invocation)
  public void turn() {
    scheduler.turn();
  }
}
