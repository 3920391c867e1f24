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

/** A response's 64 vectors of 1024 floats into an array, all checks included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UnpackingSteps {

  @Param({"FP32", "FP16", "BF16"})
  public FloatType type = FloatType.FP32;

  private TensorHarness tensors = harness();

  private TensorHarness harness() {
    return new TensorHarness(64, 1, 1024, IntegerType.INT64, type);
  }

  @Setup
  public void setUp() {
    tensors = harness();
  }

  @Benchmark
  public Object unpack() {
    return tensors.unpack();
  }

  /** Bytes of the tensor. */
  public static long bytes(FloatType type) {
    return new TensorHarness(64, 1, 1024, IntegerType.INT64, type).unpackedBytes();
  }
}
