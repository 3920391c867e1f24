package dev.sluice.gateway.deadline;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How long the stages took lately, over all calls. A stage that was given up counts with the time
 * that it was given. Thread-safe; all times are {@code System.nanoTime}.
 */
public final class StageLatencies {

  /**
   * A reranking takes as long as so many documents more than it has: the way there and back, and
   * starting a batch.
   */
  private static final int FIXED_DOCUMENTS = 12;

  /**
   * How often a stage that does not fit is tried all the same, to see whether it still does not.
   */
  private static final long PROBE_NANOS = 1_000_000_000L;

  private final Map<Stage, LatencyHistory> histories = new EnumMap<>(Stage.class);
  private final Map<Stage, Long> probed = new EnumMap<>(Stage.class);

  public StageLatencies() {
    for (Stage stage : Stage.values()) {
      histories.put(stage, new LatencyHistory());
    }
  }

  /** A stage took so long. */
  public synchronized void observe(Stage stage, long nanos, long now) {
    history(stage).observe(nanos, now);
  }

  /** A reranking of so many documents took so long. */
  public synchronized void observeRerank(int documents, long nanos, long now) {
    history(Stage.RERANK).observe(nanos / (documents + FIXED_DOCUMENTS), now);
  }

  /** Nanoseconds that a part of the calls did not exceed; empty while too little is known. */
  synchronized OptionalLong quantile(Stage stage, double part, long now) {
    return history(stage).quantile(part, now);
  }

  /**
   * How many documents can be reranked in a time; empty while too little is known.
   *
   * @param part of the calls that are to be in time
   */
  synchronized OptionalLong documents(long nanos, double part, long now) {
    OptionalLong each = history(Stage.RERANK).quantile(part, now);
    return each.isEmpty()
        ? each
        : OptionalLong.of(Math.max(nanos / each.getAsLong() - FIXED_DOCUMENTS, 0));
  }

  /** Whether it is time to try a stage that does not fit. */
  synchronized boolean probe(Stage stage, long now) {
    Long last = probed.get(stage);
    if (last != null && now - last < PROBE_NANOS) {
      return false;
    }
    probed.put(stage, now);
    return true;
  }

  private LatencyHistory history(Stage stage) {
    LatencyHistory history = histories.get(stage);
    if (history == null) {
      throw new IllegalStateException("no history of " + stage);
    }
    return history;
  }
}
