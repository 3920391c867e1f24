package dev.sluice.bench;

import java.util.List;

/** One measurement that {@code ./bench/run NAME} runs. */
interface Benchmark {

  String name();

  /** What it measures, against what, in one line. */
  String measures();

  /** How long it takes on two cores, in words. */
  String takes();

  /**
   * Runs it; progress goes to standard error.
   *
   * @param options what to measure of it; none: all
   */
  List<Row> run(List<String> options) throws Exception;

  /** Whether the rows say that all is as it must be; where nothing must be, it is. */
  default boolean holds(List<Row> rows) {
    return true;
  }
}
