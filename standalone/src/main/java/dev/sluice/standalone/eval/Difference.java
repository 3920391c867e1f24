package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.console.TextTable;
import dev.sluice.standalone.eval.PairedBootstrap.Interval;
import java.util.Locale;
import java.util.Optional;

/**
 * One score of two runs.
 *
 * @param interval of the difference; empty when it could not be paired query by query
 */
record Difference(
    Stage stage, Metric metric, double before, double after, Optional<Interval> interval) {

  /** Room for the rounding of the two reports. */
  private static final double ROUNDING = 2e-6;

  double value() {
    return after - before;
  }

  /** Whether it is a drop of more than that, and, when asked for, one that is no accident. */
  boolean isDrop(double maxDrop, boolean significantOnly) {
    boolean counts = !significantOnly || interval.map(Interval::isDrop).orElse(false);
    return -value() > maxDrop + ROUNDING && counts;
  }

  String drop() {
    return "%s %s dropped from %s to %s%s"
        .formatted(
            stage.key(),
            metric.key(),
            plain(before),
            plain(after),
            interval.map(i -> " (95 % interval " + range(i) + ")").orElse(""));
  }

  void writeTo(ObjectNode json) {
    json.put("stage", stage.key())
        .put("metric", metric.key())
        .put("before", Rounded.of(before))
        .put("after", Rounded.of(after))
        .put("difference", Rounded.of(value()));
    interval.ifPresent(i ->
        json.put("low", Rounded.of(i.low()))
            .put("high", Rounded.of(i.high()))
            .put("p", Rounded.of(i.p()))
            .put("significant", i.significant()));
  }

  void addTo(TextTable table) {
    table.row(
        stage.key() + " " + metric.title(),
        plain(before),
        plain(after),
        signed(value()),
        interval.map(Difference::range).orElse("-"),
        interval.map(i -> plain(i.p())).orElse("-"),
        interval.filter(Interval::significant).map(i -> "significant").orElse(""));
  }

  private static String plain(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  private static String range(Interval interval) {
    return signed(interval.low()) + " to " + signed(interval.high());
  }
}
