package dev.sluice.serving.batching.simulation;

import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/** A figure over several seeds. */
public record Spread(double median, double least, double most) {

  static Spread of(long[] seeds, LongToDoubleFunction figure) {
    double[] values = LongStream.of(seeds).parallel().mapToDouble(figure).sorted().toArray();
    return new Spread(values[values.length / 2], values[0], values[values.length - 1]);
  }
}
