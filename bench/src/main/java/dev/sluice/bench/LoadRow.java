package dev.sluice.bench;

import dev.sluice.bench.overload.LoadFigures;
import dev.sluice.bench.overload.OverloadRun;
import java.util.Locale;

/** How loads are told. */
final class LoadRow {

  private LoadRow() {}

  /**
   * @param best goodput to compare with; 0: none
   * @param capacity what callers got who wait for their answers
   * @param which of the outcome's loads
   */
  static Row of(
      String benchmark,
      String calls,
      String load,
      double best,
      double capacity,
      OverloadRun.Outcome outcome,
      int which) {
    LoadFigures figures = outcome.loads().get(which);
    return Row.of(
        benchmark,
        "calls",
        calls,
        "load",
        load,
        "sent_per_s",
        figures.sent() / figures.seconds(),
        "good_per_s",
        figures.goodput(),
        "of_best",
        part(figures.goodput(), best),
        "of_capacity",
        figures.goodput() / capacity,
        "good_per_core_s",
        outcome.good() / outcome.clusterSeconds(),
        "degraded",
        figures.degraded(),
        "refused",
        figures.refused(),
        "late",
        figures.late(),
        "failed",
        figures.failed(),
        "good_p50_ms",
        figures.goodTimes().p50(),
        "good_p99_ms",
        figures.goodTimes().p99(),
        "refused_p50_ms",
        figures.refusedTimes().p50(),
        "refused_p99_ms",
        figures.refusedTimes().p99(),
        "refused_from_sent_p50_ms",
        figures.refusedSentTimes().p50(),
        "refused_from_sent_p99_ms",
        figures.refusedSentTimes().p99(),
        "generator_late_p50_ms",
        figures.lateness().p50(),
        "generator_late_p99_ms",
        figures.lateness().p99(),
        "normal_after_s",
        recovery(figures.recoverySeconds()),
        "rss_mib",
        memory(
            outcome.before().resident(), outcome.highest().resident(), outcome.after().resident()),
        "heap_mib",
        memory(outcome.before().heap(), outcome.highest().heap(), outcome.after().heap()),
        "direct_mib",
        memory(outcome.before().direct(), outcome.highest().direct(), outcome.after().direct()),
        "generator_cores",
        figures.processorSeconds() / figures.seconds(),
        "cluster_cores",
        outcome.clusterSeconds() / figures.seconds());
  }

  private static Object part(double goodput, double best) {
    return best > 0 ? (Object) (goodput / best) : "-";
  }

  private static Object recovery(double seconds) {
    if (seconds == LoadFigures.NOT_ASKED) {
      return "-";
    }
    return seconds == LoadFigures.NEVER ? "never" : (Object) seconds;
  }

  /** Before, at most, after. */
  private static String memory(double before, double highest, double after) {
    return String.format(Locale.ROOT, "%.0f/%.0f/%.0f", before, highest, after);
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
