package dev.sluice.standalone.ingest;

import dev.sluice.standalone.console.Console;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows how far an ingestion has come: on a terminal a bar that is drawn over, elsewhere a line
 * every few seconds. Measured in bytes of the sources, since their documents are not known
 * beforehand.
 */
public final class Progress {

  private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long NEXT_LINE = TimeUnit.SECONDS.toNanos(5);
  private static final int BAR = 24;

  private final Console console;
  private final Tally tally;
  private final long total;
  private final LongSupplier nanoTime;
  private final long began;
  private long shown;
  private boolean drawn;

  /**
   * @param total bytes of all sources
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public Progress(Console console, Tally tally, long total, LongSupplier nanoTime) {
    this.console = console;
    this.tally = tally;
    this.total = total;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.shown = began;
  }

  /** Shows the state when it is time. */
  public synchronized void update() {
    long now = nanoTime.getAsLong();
    boolean bar = console.terminal().errors();
    if (now - shown < (bar ? REDRAW : NEXT_LINE)) {
      return;
    }
    shown = now;
    if (bar) {
      console.err().print("\r" + bar() + " " + state(now) + "\u001B[K");
      console.err().flush();
      drawn = true;
    } else {
      console.err().println(state(now));
    }
  }

  /** Leaves the terminal clean for what comes next. */
  public synchronized void end() {
    if (drawn) {
      console.err().print("\r\u001B[K");
      console.err().flush();
      drawn = false;
    }
  }

  /** Seconds since the start. */
  public double seconds() {
    return (nanoTime.getAsLong() - began) / 1e9;
  }

  private double share() {
    return total <= 0 ? 1 : Math.min(1, (double) tally.bytes() / total);
  }

  private String bar() {
    int full = (int) (share() * BAR);
    return "[" + "=".repeat(full) + " ".repeat(BAR - full) + "]";
  }

  private String state(long now) {
    double seconds = Math.max(1e-3, (now - began) / 1e9);
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
