package dev.sluice.bench.overload;

import java.io.IOException;

/** Memory of a process, in MiB. */
public record Memory(double resident, double heap, double direct) {

  private static final double MEBIBYTE = 1 << 20;

  static Memory of(long pid, String management) throws IOException, InterruptedException {
    MetricsPage page = MetricsPage.read(management);
    return new Memory(
        new ProcessStatus(pid).residentMebibytes(),
        page.heapBytes() / MEBIBYTE,
        page.directBytes() / MEBIBYTE);
  }

  Memory highest(Memory other) {
    return new Memory(
        Math.max(resident, other.resident),
        Math.max(heap, other.heap),
        Math.max(direct, other.direct));
  }
}
