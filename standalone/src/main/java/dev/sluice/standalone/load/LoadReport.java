package dev.sluice.standalone.load;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.console.TextTable;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of a load.
 *
 * @param seconds from the first call's time to the last answer
 * @param codes how many calls ended with each status
 * @param unanswered calls that their own timer ended, without a word of the gateway
 * @param degraded calls whose response lacks something
 * @param reasons how many responses were degraded for each reason
 * @param times by what was timed: the call, the first token, each stage
 * @param firstFailure of a call
 */
public record LoadReport(
    LoadPlan plan,
    double seconds,
    LoadTally.State counts,
    Map<String, Long> codes,
    long unanswered,
    long degraded,
    Map<String, Long> reasons,
    Map<String, Percentiles> times,
    Optional<StatusRuntimeException> firstFailure) {

  /** Whether any call succeeded. */
  public boolean anySucceeded() {
    return counts.ok() > 0;
  }

  /** Calls that had not ended long after their deadline. */
  private long unended() {
    return counts.sent() - counts.ended();
  }

  /** Answers a second. */
  private double reached() {
    return counts.ok() / Math.max(seconds, 1e-9);
  }

  /** Everything as one object; times in milliseconds. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("call", plan.name());
    plan.arrivals().describe(json);
    json.put("rate", rounded(plan.arrivals().rate()))
        .put("rate_reached", rounded(reached()))
        .put("seconds", rounded(seconds))
        .put("deadline_ms", plan.deadline().toMillis())
        .put("max_in_flight", plan.maxInFlight())
        .put("sent", counts.sent())
        .put("unsent", counts.unsent())
        .put("ok", counts.ok())
        .put("unanswered", unanswered)
        .put("unended", unended())
        .put("degraded", degraded);
    put(json.putObject("by_code"), codes);
    put(json.putObject("degraded_by_reason"), reasons);
    ObjectNode milliseconds = json.putObject("ms");
    times.forEach((name, row) -> put(milliseconds.putObject(name.replace(' ', '_')), row));
    return json;
  }

  private static void put(ObjectNode json, Map<String, Long> counts) {
    counts.forEach(json::put);
  }

  private static void put(ObjectNode json, Percentiles row) {
    json.put("count", row.count())
        .put("p50", rounded(row.p50()))
        .put("p90", rounded(row.p90()))
        .put("p95", rounded(row.p95()))
        .put("p99", rounded(row.p99()))
        .put("p99.9", rounded(row.p999()))
        .put("max", rounded(row.max()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %d sent in %.1f s, %d ok (%.1f a second of %.1f intended), %d unsent",
            plan.name(),
            counts.sent(),
            seconds,
            counts.ok(),
            reached(),
            plan.arrivals().rate(),
            counts.unsent()));
    lines.add("status: " + (codes.isEmpty() ? "no call was sent" : listed(codes)));
    if (unanswered > 0) {
      lines.add("        " + unanswered + " of them by the caller's own timer, without an answer");
    }
    if (unended() > 0) {
      lines.add("        " + unended() + " had not ended long after their deadline");
    }
    lines.add("degraded: " + degraded + (degraded > 0 ? " (" + listed(reasons) + ")" : ""));
    lines.add("");
    lines.addAll(table().lines());
    return lines;
  }

  private static String listed(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private TextTable table() {
    TextTable table = new TextTable("ms", "count", "p50", "p90", "p95", "p99", "p99.9", "max");
    times.forEach((name, row) ->
        table.row(
            name,
            Long.toString(row.count()),
            cell(row.p50()),
            cell(row.p90()),
            cell(row.p95()),
            cell(row.p99()),
            cell(row.p999()),
            cell(row.max())));
    return table;
  }

  private static String cell(double milliseconds) {
    return String.format(Locale.ROOT, "%.2f", milliseconds);
  }
}
