package dev.sluice.bench.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The wall clock of some processes, which can be stepped while they run: libfaketime reads its
 * offset from a file.
 */
record SteppedClock(Path offset) {

  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  /** Why there is none here; empty when there may be. */
  static String missing() {
    return PLACES.stream().anyMatch(Files::exists)
        ? ""
        : "stepping a clock needs libfaketime (Debian: faketime)";
  }

  static SteppedClock create(Path file) throws IOException {
    SteppedClock clock = new SteppedClock(file);
    clock.step(0);
    return clock;
  }

  /** A process that reads this clock. Its monotonic clock is the machine's. */
  Launch launch() {
    return new Launch(
        List.of(),
        Map.of(
            "LD_PRELOAD",
            PLACES.stream().filter(Files::exists).findFirst().orElseThrow().toString(),
            "FAKETIME_TIMESTAMP_FILE",
            offset.toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            "DONT_FAKE_MONOTONIC",
            "1",
            // Its repair of waits on monotonic clocks ends every wait of the JVM at once.
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0"));
  }

  /** Sets it so many seconds before or behind the machine's. Seen within a second. */
  void step(long seconds) throws IOException {
    Path next = offset.resolveSibling(offset.getFileName() + ".next");
    Files.writeString(next, (seconds < 0 ? "-" : "+") + Math.abs(seconds) + "\n");
    Files.move(
        next,
        offset,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
