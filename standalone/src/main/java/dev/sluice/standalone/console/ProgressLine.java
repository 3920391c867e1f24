package dev.sluice.standalone.console;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How far something long has come: on a terminal a bar that is drawn over, elsewhere a line every
 * few seconds.
 */
public final class ProgressLine {

  private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long NEXT_LINE = TimeUnit.SECONDS.toNanos(5);
  private static final int BAR = 24;
  private static final int LEAST_BAR = 6;

  private final Console console;
  private final LongSupplier nanoTime;
  private long shown;
  private boolean drawn;

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public ProgressLine(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
    this.shown = nanoTime.getAsLong();
  }

  /**
   * Shows the state when it is time.
   *
   * @param share of all, in [0, 1]
   * @param state in one line
   */
  public synchronized void update(DoubleSupplier share, Supplier<String> state) {
    long now = nanoTime.getAsLong();
    boolean bar = console.terminal().errors();
    if (now - shown < (bar ? REDRAW : NEXT_LINE)) {
      return;
    }
    shown = now;
    if (bar) {
      console.err().print("\r" + drawn(share.getAsDouble(), state.get()) + "\u001B[K");
      console.err().flush();
      drawn = true;
    } else {
      console.err().println(state.get());
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

  /** The state and as much of the bar as there is room for beside it: a line must not wrap. */
  private String drawn(double share, String state) {
    int columns = console.terminal().columns() - 1;
    int room = Math.min(BAR, columns - state.length() - 3);
    String line = room < LEAST_BAR ? state : bar(share, room) + " " + state;
    return line.substring(0, Math.min(line.length(), columns));
  }

  private static String bar(double share, int width) {
    int full = (int) (share * width);
    return "[" + "=".repeat(full) + " ".repeat(width - full) + "]";
  }
}
