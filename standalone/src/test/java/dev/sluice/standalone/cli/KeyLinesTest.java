package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.access.ApiKey;
import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.KeyRing;
import dev.sluice.gateway.access.Permissions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that change one file at the same time, each in its own process. */
@Timeout(120)
class KeyLinesTest {

  private static final int KEYS = 100;

  @TempDir private Path folder;

  private static KeyEntry key(String name) {
    return KeyEntry.of(
        ApiKey.random(new SecureRandom()),
        name,
        "acme",
        Permissions.parse(List.of("read")).orElseThrow(),
        Optional.empty());
  }

  /** Adds keys named as the second argument says, and takes every second one away again. */
  public static void main(String[] args) {
    KeyLines lines = new KeyLines(Path.of(args[0]));
    for (int i = 0; i < KEYS; i++) {
      KeyEntry entry = key(args[1]);
      lines.add(entry);
      if (i % 2 == 0) {
        lines.remove(entry.id());
      }
    }
  }

  @Test
  void noKeyIsLostAndNoneComesBack() throws Exception {
    Path file = folder.resolve("keys");
    new KeyLines(file).add(key("first"));
    List<Process> processes = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      processes.add(start(file, name));
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(KeyRing.read(file).byId()).hasSize(1 + KEYS);
  }

  private static Process start(Path file, String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KeyLinesTest.class.getName(),
            file.toString(),
            name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
