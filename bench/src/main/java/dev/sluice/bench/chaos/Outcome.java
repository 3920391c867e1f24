package dev.sluice.bench.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of a scenario.
 *
 * @param skipped why it was not tried; empty when it was
 * @param calls that were under way at the fault, or began between it and the recovery
 * @param recovered how long after the fault, if in time
 * @param broken what did not hold
 */
public record Outcome(
    String name,
    String fault,
    String expectation,
    String skipped,
    List<Call> calls,
    Optional<Duration> recovered,
    List<String> broken) {

  static Outcome skipped(Scenario scenario, String why) {
    return of(scenario, why, List.of(), Optional.empty(), List.of());
  }

  static Outcome broken(Scenario scenario, List<String> why) {
    return of(scenario, "", List.of(), Optional.empty(), why);
  }

  static Outcome of(
      Scenario scenario,
      String skipped,
      List<Call> calls,
      Optional<Duration> recovered,
      List<String> broken) {
    return new Outcome(
        scenario.name(),
        scenario.fault(),
        scenario.expectation().words(),
        skipped,
        calls,
        recovered,
        broken);
  }

  public boolean holds() {
    return broken.isEmpty();
  }

  /** "held", or what did not hold, or why it was skipped. */
  public String words() {
    if (!skipped.isEmpty()) {
      return "skipped: " + skipped;
    }
    return holds() ? "held" : "broken: " + Expectation.summary(broken);
  }

  public int count() {
    return calls.size();
  }

  /** How many failed, by their codes. */
  public String failed() {
    return counted(
        calls.stream()
            .filter(Call::failed)
            .collect(Collectors.groupingBy(Call::code, TreeMap::new, Collectors.counting())));
  }

  /** How many were degraded, by the effects. */
  public String degraded() {
    return counted(
        calls.stream()
            .flatMap(call -> call.effects().stream())
            .collect(Collectors.groupingBy(effect -> effect, TreeMap::new, Collectors.counting())));
  }

  private static String counted(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey())
            .collect(Collectors.joining(", "));
  }

  /** The longest that a call went on after its deadline, in milliseconds; below 0: before it. */
  public double latest() {
    return calls.stream().mapToLong(Call::late).max().orElse(0) / 1e6;
  }

  /** Seconds after the fault; "-" when not in time. */
  public String recoveredAfter() {
    return recovered.map(time -> "%.1f".formatted(time.toMillis() / 1000.0)).orElse("-");
  }
}
