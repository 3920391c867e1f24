package dev.sluice.serving.batching.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether 99 % of each kind of requests are met, over one or several runs. Decided as soon as more
 * were missed than 1 % of those that were planned.
 */
final class Verdict extends Outcome {

  private static final double MISSES = 0.01;

  private final Map<String, Integer> allowed = new HashMap<>();

  /**
   * @param counted requests that are planned over all runs, warm-up left out
   */
  Verdict(List<Kind> kinds, double share, int counted, int warmUp) {
    super(warmUp);
    kinds.forEach(
        kind -> allowed.put(kind.name(), (int) (MISSES * counted * kind.share() / share)));
  }

  boolean met() {
    return allowed.entrySet().stream()
        .allMatch(kind -> kind(kind.getKey()).missed() <= kind.getValue());
  }

  @Override
  protected boolean isDecided() {
    for (Map.Entry<String, Integer> kind : allowed.entrySet()) {
      if (kind(kind.getKey()).missed() > kind.getValue()) {
        return true;
      }
    }
    return false;
  }
}
