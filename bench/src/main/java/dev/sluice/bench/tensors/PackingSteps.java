package dev.sluice.bench.tensors;

import dev.sluice.serving.inference.FloatType;
import dev.sluice.serving.inference.IntegerType;
import dev.sluice.serving.inference.TensorHarness;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Token ids of 64 texts of 256 tokens into a request's tensor. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PackingSteps {

  @Param({"INT64", "INT32"})
  public IntegerType type = IntegerType.INT64;

  private TensorHarness tensors = harness();

  private TensorHarness harness() {
    return new TensorHarness(64, 256, 1, type, FloatType.FP32);
  }

  @Setup
  public void setUp() {
    tensors = harness();
  }

  @Benchmark
  public Object pack() {
    return tensors.pack();
  }

  /** Bytes of the tensor. */
  public static long bytes(IntegerType type) {
    return new TensorHarness(64, 256, 1, type, FloatType.FP32).packedBytes();
  }
}
