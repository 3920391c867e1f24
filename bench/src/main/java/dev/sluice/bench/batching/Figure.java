package dev.sluice.bench.batching;

import java.util.stream.DoubleStream;

/**
 * A figure over several seeds.
 *
 * @param side whose it is
 * @param setting how that side is set
 */
public record Figure(
    String scenario,
    String side,
    String setting,
    String name,
    double median,
    double low,
    double high) {

  static Figure of(String scenario, String side, String setting, String name, DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return new Figure(
        scenario,
        side,
        setting,
        name,
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }
}
