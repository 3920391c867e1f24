package dev.sluice.bench;

import dev.sluice.bench.faults.Fault;
import dev.sluice.bench.faults.FaultRun;
import dev.sluice.bench.faults.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What callers notice when one replica of three is killed, hangs, or becomes ten times as slow. */
final class ReplicaFaults implements Benchmark {

  @Override
  public String name() {
    return "replica-faults";
  }

  @Override
  public String measures() {
    return "failed calls and latency when one replica of three is killed, hangs or slows down";
  }

  @Override
  public String takes() {
    return "four minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      rows.add(row(fault, "search", FaultRun.of(fault, Route::ofSearches)));
      rows.add(row(fault, "pass-through", forwarded(fault)));
    }
    return rows;
  }

  private static FaultRun.Result forwarded(Fault fault) throws Exception {
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      return FaultRun.of(fault, replicas -> Route.ofForwarding(replicas, scratch.path()));
    }
  }

  /** A number, or that it was not within the run. */
  private static Object recovery(FaultRun.Result result) {
    OptionalInt seconds = result.secondsToRecover();
    return seconds.isPresent() ? (Object) seconds.getAsInt() : "never";
  }

  private Row row(Fault fault, String route, FaultRun.Result result) {
    Row row =
        Row.of(
            name(),
            "fault",
            fault.name().toLowerCase(Locale.ROOT),
            "calls of",
            route,
            "calls",
            result.calls(),
            "failed",
            result.failed(),
            "in flight on it",
            result.inFlight(),
            "p95 before ms",
            result.before(),
            "recovered in s",
            recovery(result),
            "p95 each second after ms",
            result.after().stream()
                .map(millis -> String.format(Locale.ROOT, "%.0f", millis))
                .collect(Collectors.joining(" ")));
    System.err.println(row.figures());
    return row;
  }
}
