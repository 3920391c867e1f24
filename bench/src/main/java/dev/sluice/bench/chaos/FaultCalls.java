package dev.sluice.bench.chaos;

import java.util.List;

/**
 * The calls of a scenario, told apart by its fault. Pure.
 *
 * @param before those that had ended when it came
 * @param since those that were under way then, and all that began later: what it may have harmed
 */
record FaultCalls(List<Call> before, List<Call> since) {

  /**
   * @param fault when it came, as {@code System.nanoTime}
   */
  static FaultCalls of(List<Call> calls, long fault) {
    return new FaultCalls(
        calls.stream().filter(call -> call.ended() - fault < 0).toList(),
        calls.stream().filter(call -> call.ended() - fault >= 0).toList());
  }

  /** What was wrong before anything happened, which no fault excuses. */
  List<String> wrongBefore() {
    return before.stream()
        .map(Call::wrong)
        .filter(wrong -> !wrong.isEmpty())
        .map(wrong -> "before the fault: " + wrong)
        .toList();
  }
}
