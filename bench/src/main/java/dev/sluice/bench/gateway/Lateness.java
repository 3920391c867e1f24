package dev.sluice.bench.gateway;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How calls ended, and how long after their deadlines. */
public final class Lateness {

  /** How a call ended. */
  public enum Ending {
    /** With all that was asked for. */
    COMPLETE,
    /** With less, and it says what. */
    DEGRADED,
    /** With DEADLINE_EXCEEDED from the gateway, and the report of its stages. */
    REPORTED,
    /** With another failure that the gateway said. */
    FAILED,
    /** By a timer of gRPC at the deadline, without a word of the gateway: a miss. */
    CUT_OFF
  }

  /**
   * One call.
   *
   * @param late nanoseconds from its deadline to its end; negative when it was in time
   */
  public record Call(Ending ending, long late) {}

  private final List<Call> calls;

  Lateness(List<Call> calls) {
    this.calls = List.copyOf(calls);
  }

  public int count() {
    return calls.size();
  }

  /** The part of the calls that ended so. */
  public Map<Ending, Double> parts() {
    Map<Ending, Double> parts = new EnumMap<>(Ending.class);
    for (Ending ending : Ending.values()) {
      long count = calls.stream().filter(call -> call.ending() == ending).count();
      parts.put(ending, (double) count / calls.size());
    }
    return parts;
  }

  /** The part of the calls that had an answer, complete or not, at their deadline. */
  public double answeredInTime() {
    return (double)
            calls.stream()
                .filter(call -> call.late() <= 0)
                .filter(
                    call -> call.ending() == Ending.COMPLETE || call.ending() == Ending.DEGRADED)
                .count()
        / calls.size();
  }

  /** Milliseconds after its deadline that a part of the calls had ended. */
  public double quantile(double part) {
    long[] late = calls.stream().mapToLong(Call::late).toArray();
    Arrays.sort(late);
    return late[(int) Math.ceil(part * late.length) - 1] / 1e6;
  }
}
