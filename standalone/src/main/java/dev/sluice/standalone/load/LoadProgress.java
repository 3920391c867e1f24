package dev.sluice.standalone.load;

import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.ProgressLine;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far a load has come, and what became of its calls so far. */
final class LoadProgress {

  private final LoadTally tally;
  private final long length;
  private final LongSupplier nanoTime;
  private final long began;
  private final ProgressLine line;

  /**
   * @param length of the load, in nanoseconds
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  LoadProgress(Console console, LoadTally tally, long length, LongSupplier nanoTime) {
    this.tally = tally;
    this.length = length;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.line = new ProgressLine(console, nanoTime);
  }

  void update() {
    line.update(this::share, this::state);
  }

  void end() {
    line.end();
  }

  private double share() {
    return length <= 0 ? 1 : Math.min(1, (double) elapsed() / length);
  }

  private long elapsed() {
    return nanoTime.getAsLong() - began;
  }

  private String state() {
    LoadTally.State state = tally.state();
    long left = Math.max(0, Math.round((length - elapsed()) / 1e9));
    return String.format(
        Locale.ROOT,
        "%3.0f %%  %d sent  %d ok  %d failed  %d in flight  %d unsent  %d:%02d left",
        share() * 100,
        state.sent(),
        state.ok(),
        state.ended() - state.ok(),
        state.sent() - state.ended(),
        state.unsent(),
        left / 60,
        left % 60);
  }
}
