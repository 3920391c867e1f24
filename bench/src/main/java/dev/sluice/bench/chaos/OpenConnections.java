package dev.sluice.bench.chaos;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The TCP connections that Linux knows of. */
final class OpenConnections {

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final String ESTABLISHED = "01";

  private OpenConnections() {}

  /** How many callers are connected to a port of this machine. */
  static long to(int port) throws IOException {
    long count = 0;
    for (Path table : TABLES) {
      count += Files.exists(table) ? count(Files.readAllLines(table), port) : 0;
    }
    return count;
  }

  /**
   * @param table as Linux writes it, with a line of heads
   */
  static long count(List<String> table, int port) {
    String end = String.format(Locale.ROOT, ":%04X", port);
    return table.stream()
        .map(line -> Splitter.on(' ').omitEmptyStrings().splitToList(line))
        .filter(words -> words.get(LOCAL).endsWith(end) && words.get(STATE).equals(ESTABLISHED))
        .count();
  }
}
