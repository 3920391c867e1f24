package dev.sluice.serving.batching.simulation;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The batching of the servers in use, each with every setting worth trying. */
public final class Baselines {

  private static final int[] ITEMS = {4, 8, 16, 32, 64};
  private static final int[] TOKENS = {512, 1024, 2048, 4096, 8192, 16384};
  private static final int[] LIMITS = {8, 16, 32, 64, 128, 256, 512, 1024};

  /** Milliseconds. */
  private static final int[] DELAYS = {0, 1, 5};

  private static final int[] NO_DELAY = {0};
  private static final int[] STEPS = {8, 64, 256};
  private static final int[] FINE_STEP = {8};

  private Baselines() {}

  /** All servers; everything waits and everything runs. */
  public static List<Setting> all() {
    return all(QueueRule.UNBOUNDED, DELAYS, STEPS);
  }

  /**
   * All servers against overload: with every static bound of the queue and both ways with expired
   * requests; without delays, which only make it worse.
   */
  public static List<Setting> guarded() {
    List<Setting> settings = new ArrayList<>();
    for (boolean dropsExpired : new boolean[] {false, true}) {
      settings.addAll(all(new QueueRule(Integer.MAX_VALUE, dropsExpired), NO_DELAY, FINE_STEP));
      for (int limit : LIMITS) {
        settings.addAll(all(new QueueRule(limit, dropsExpired), NO_DELAY, FINE_STEP));
      }
    }
    return settings;
  }

  /** Sorted windows that are sealed late: better than any server there is, for comparison. */
  public static List<Setting> idealised() {
    return sortedWindow("LateWindowBatching", true, QueueRule.UNBOUNDED);
  }

  private static List<Setting> all(QueueRule rule, int[] delays, int[] steps) {
    List<Setting> settings = new ArrayList<>();
    settings.addAll(count(rule, delays));
    settings.addAll(equalShape(rule, delays, steps));
    settings.addAll(token(rule));
    settings.addAll(sortedWindow("SortedWindowBatching", false, rule));
    return settings;
  }

  private static List<Setting> count(QueueRule rule, int[] delays) {
    List<Setting> settings = new ArrayList<>();
    for (int items : ITEMS) {
      for (int delay : delays) {
        settings.add(
            fifo("CountBatching", new CountBatching(items, MILLISECONDS.toNanos(delay)), rule));
      }
    }
    return settings;
  }

  private static List<Setting> equalShape(QueueRule rule, int[] delays, int[] steps) {
    List<Setting> settings = new ArrayList<>();
    for (int items : ITEMS) {
      for (int delay : delays) {
        for (int step : steps) {
          for (boolean together : new boolean[] {false, true}) {
            var batches =
                new EqualShapeBatching(items, MILLISECONDS.toNanos(delay), step, together);
            settings.add(fifo("EqualShapeBatching", batches, rule));
          }
        }
      }
    }
    return settings;
  }

  private static Setting fifo(String server, BatchRule batches, QueueRule rule) {
    return new Setting(
        server, "" + batches + rule, accelerator -> new FifoServer(batches, rule, accelerator));
  }

  static List<Setting> token(QueueRule rule) {
    List<Setting> settings = new ArrayList<>();
    for (int tokens : TOKENS) {
      for (int depth : new int[] {1, 2}) {
        settings.add(token(tokens, depth, rule));
      }
    }
    return settings;
  }

  private static Setting token(int tokens, int depth, QueueRule rule) {
    return new Setting(
        "TokenBatching",
        "tokens=" + tokens + " depth=" + depth + rule,
        accelerator ->
            new FifoServer(
                new TokenBatching(tokens, accelerator.padded(), depth), rule, accelerator));
  }

  private static List<Setting> sortedWindow(String server, boolean late, QueueRule rule) {
    return IntStream.of(ITEMS)
        .mapToObj(items ->
            new Setting(
                server,
                "items=" + items + rule,
                accelerator -> new SortedWindowBatching(items, late, rule, accelerator)))
        .toList();
  }
}
