package dev.sluice.standalone.ingest;

import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.ProgressLine;
import java.util.function.LongSupplier;

/**
 * Shows how far an ingestion has come. Measured in bytes of the sources, since their documents are
 * not known beforehand.
 */
public final class Progress {

  private final Tally tally;
  private final long total;
  private final LongSupplier nanoTime;
  private final long began;
  private final ProgressLine line;

  /**
   * @param total bytes of all sources
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public Progress(Console console, Tally tally, long total, LongSupplier nanoTime) {
    this.tally = tally;
    this.total = total;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.line = new ProgressLine(console, nanoTime);
  }

  /** Shows the state when it is time. */
  public void update() {
    line.update(this::share, this::state);
  }

  /** Leaves the terminal clean for what comes next. */
  public void end() {
    line.end();
  }

  /** Seconds since the start. */
  public double seconds() {
    return (nanoTime.getAsLong() - began) / 1e9;
  }

  private double share() {
    return total <= 0 ? 1 : Math.min(1, (double) tally.bytes() / total);
  }

  private String state() {
    double seconds = Math.max(1e-3, seconds());
    return "%3.0f %%  %d documents  %.1f docs/s  %.2f MB/s%s"
        .formatted(
            share() * 100,
            tally.stored(),
            tally.stored() / seconds,
            tally.bytes() / 1e6 / seconds,
            left(seconds));
  }

  private String left(double seconds) {
    double share = share();
    if (share <= 0) {
      return "";
    }
    long rest = Math.round(seconds * (1 - share) / share);
    return "  %d:%02d left".formatted(rest / 60, rest % 60);
  }
}
