package dev.sluice.standalone.console;

/**
 * What stands at the other end of the two output streams. Java cannot ask, so {@code ./sluice}
 * tells in system properties; without them nothing is a terminal.
 *
 * @param columns the width to wrap to, 40 to 120
 */
public record Terminal(boolean output, boolean errors, int columns) {

  /** No terminal at all: a pipe or a file. */
  public static final Terminal NONE = new Terminal(false, false, 80);

  /** As the system properties {@code sluice.terminal.*} say. */
  public static Terminal current() {
    int columns = Integer.getInteger("sluice.terminal.columns", 80);
    return new Terminal(
        Boolean.getBoolean("sluice.terminal.output"),
        Boolean.getBoolean("sluice.terminal.errors"),
        Math.clamp(columns, 40, 120));
  }
}
