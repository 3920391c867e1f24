package dev.sluice.bench.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What must hold while something is broken and after it; written down before it is tried. Beyond it
 * always: no wrong result, nothing acknowledged is lost, no call outlives its deadline, no silent
 * degradation. Pure.
 *
 * @param codes with which calls may fail
 * @param most of all calls that may fail, in percent
 * @param effects that responses may have
 * @param shown codes or effects one of which must be seen, or the fault was none; none: it need not
 * @param unharmed kinds of calls that neither fail nor are degraded
 * @param recovery how soon after the fault all is as before
 */
record Expectation(
    Set<String> codes,
    int most,
    Set<String> effects,
    Set<String> shown,
    Set<Kind> unharmed,
    Duration recovery) {

  /** How long after its deadline a call may end. */
  static final Duration BOUND = Duration.ofMillis(500);

  private static final double NANOS_PER_MILLI = 1e6;

  /** Nobody notices anything. */
  static Expectation recovered(int seconds) {
    return new Expectation(Set.of(), 0, Set.of(), Set.of(), Set.of(), Duration.ofSeconds(seconds));
  }

  Expectation failing(int percent, String... with) {
    return new Expectation(Set.of(with), percent, effects, shown, unharmed, recovery);
  }

  Expectation degraded(String... by) {
    return new Expectation(codes, most, Set.of(by), shown, unharmed, recovery);
  }

  Expectation showing(String... signs) {
    return new Expectation(codes, most, effects, Set.of(signs), unharmed, recovery);
  }

  Expectation sparing(Kind first, Kind... more) {
    return new Expectation(codes, most, effects, shown, EnumSet.of(first, more), recovery);
  }

  /** In words, for the table. */
  String words() {
    List<String> words = new ArrayList<>();
    words.add(
        codes.isEmpty()
            ? "no call fails"
            : "at most " + most + " % of the calls fail, with " + list(codes));
    if (!effects.isEmpty()) {
      words.add("responses may be " + list(effects));
    }
    if (!unharmed.isEmpty()) {
      words.add("unharmed: " + list(unharmed.stream().map(Kind::toString).toList()));
    }
    if (!shown.isEmpty()) {
      words.add("seen is " + list(shown));
    }
    words.add("as before within " + recovery.toSeconds() + " s");
    return String.join("; ", words);
  }

  private static String list(Collection<String> names) {
    return String.join(" or ", new TreeSet<>(names));
  }

  /** What did not hold; empty when all did. */
  List<String> broken(List<Call> calls) {
    List<String> broken = new ArrayList<>();
    calls.stream().map(Call::wrong).filter(wrong -> !wrong.isEmpty()).forEach(broken::add);
    long failed = calls.stream().filter(Call::failed).count();
    if (failed * 100 > most * (long) calls.size()) {
      broken.add(failed + " of " + calls.size() + " calls failed");
    }
    for (Call call : calls) {
      judge(call, broken);
    }
    if (!shown.isEmpty() && calls.stream().noneMatch(this::shows)) {
      broken.add("nothing was seen of " + list(shown));
    }
    return broken;
  }

  private void judge(Call call, List<String> broken) {
    if (call.failed() && !codes.contains(call.code())) {
      broken.add(call.kind() + " failed with " + call.code());
    }
    Set<String> others = new HashSet<>(call.effects());
    others.removeAll(effects);
    others.remove(Call.FEWER);
    if (!others.isEmpty()) {
      broken.add(call.kind() + " was " + list(others));
    }
    if (unharmed.contains(call.kind()) && (call.failed() || call.degraded())) {
      broken.add(call.kind() + " was not spared: " + call.code() + " " + call.effects());
    }
    if (call.late() > BOUND.toNanos()) {
      broken.add(
          "%s ended %.0f ms after its deadline"
              .formatted(call.kind(), call.late() / NANOS_PER_MILLI));
    }
  }

  private boolean shows(Call call) {
    return shown.contains(call.code()) || call.effects().stream().anyMatch(shown::contains);
  }

  /** Equal ones once, with their number. */
  static String summary(List<String> broken) {
    return broken.stream()
        .collect(Collectors.groupingBy(each -> each, LinkedHashMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(each ->
            each.getValue() == 1
                ? each.getKey()
                : each.getKey() + " (" + each.getValue() + " times)")
        .collect(Collectors.joining("; "));
  }
}
