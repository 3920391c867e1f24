package dev.sluice.standalone.ingest;

import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.ProgressLine;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far an ingestion has come. Measured in bytes of the sources, since their documents are
 * not known beforehand.
 */
public final class Progress {

  /** Part of the bytes before which nobody knows how long the rest takes: models are cold ... */
  private static final double FORESEEABLE = 0.1;

  /** ... unless they have had so long. */
  private static final double FORESEEABLE_SECONDS = 120;

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

  /** Documents and passages a second so far, in words. */
  public String rates() {
    double seconds = Math.max(1e-3, seconds());
    return String.format(
        Locale.ROOT,
        "%.1f documents and %.1f passages a second",
        tally.stored() / seconds,
        tally.passages() / seconds);
  }

  private String state() {
    double seconds = Math.max(1e-3, seconds());
    return String.format(
        Locale.ROOT,
        "%3.0f %%  %d docs  %.1f docs/s  %.1f passages/s  %.1f of %.1f MB%s%s",
        share() * 100,
        tally.stored(),
        tally.stored() / seconds,
        tally.passages() / seconds,
        tally.bytes() / 1e6,
        total / 1e6,
        left(seconds),
        tally.failed() == 0 ? "" : "  " + tally.failed() + " failed");
  }

  private String left(double seconds) {
    double share = share();
    if (share <= 0 || (share < FORESEEABLE && seconds < FORESEEABLE_SECONDS)) {
      return "";
    }
    long rest = Math.round(seconds * (1 - share) / share);
    return "  %d:%02d left".formatted(rest / 60, rest % 60);
  }
}
