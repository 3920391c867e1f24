package dev.sluice.bench.overload;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux says of a process. */
public record ProcessStatus(long pid) {

  private static final double KIBIBYTES_A_MEBIBYTE = 1024;

  /** Memory that is resident, in MiB. */
  public double residentMebibytes() throws IOException {
    return field("VmRSS:") / KIBIBYTES_A_MEBIBYTE;
  }

  public int threads() throws IOException {
    return (int) field("Threads:");
  }

  /** Files, sockets and pipes that are open. */
  public int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return (int) open.count();
    }
  }

  private double field(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith(name)) {
        return Double.parseDouble(
            CharMatcher.anyOf("kB: \t").trimFrom(line.substring(name.length())));
      }
    }
    throw new IOException("no " + name + " of process " + pid);
  }
}
