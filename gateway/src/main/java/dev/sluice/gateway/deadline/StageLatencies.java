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
   * How often a stage that does not fit, or not in full, is tried to see whether it still does not.
   */
  private static final long PROBE_NANOS = 1_000_000_000L;

  /** So many times as long is no chance, but another state of things. */
  private static final long FAR = 4;

  private final Map<Stage, LatencyHistory> histories = new EnumMap<>(Stage.class);
  private final Map<Stage, Long> probed = new EnumMap<>(Stage.class);

  /** When stages were tried of whose outcome nothing is known yet. */
  private final Map<Stage, Long> untold = new EnumMap<>(Stage.class);

  public StageLatencies() {
    for (Stage stage : Stage.values()) {
      histories.put(stage, new LatencyHistory());
    }
  }

  /** A stage took so long. */
  public synchronized void observe(Stage stage, long nanos, long now) {
    observe(stage, nanos, nanos, now);
  }

  /** A reranking of so many documents took so long. */
  public synchronized void observeRerank(int documents, long nanos, long now) {
    observe(Stage.RERANK, nanos / (documents + FIXED_DOCUMENTS), nanos, now);
  }

  /**
   * The first that began since a stage was tried that did not fit tells whether it still does not:
   * what took far longer than that may be over, as when a server hung. Its share is halved, so that
   * some tries in a row are enough, and one is not.
   */
  private void observe(Stage stage, long nanos, long taken, long now) {
    Long tried = untold.get(stage);
    if (tried != null && now - taken - tried >= 0) {
      untold.remove(stage);
      history(stage).halveBeyond(FAR * nanos, now);
    }
    history(stage).observe(nanos, now);
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
    untold.put(stage, now);
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
