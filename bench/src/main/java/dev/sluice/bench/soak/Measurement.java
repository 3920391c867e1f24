package dev.sluice.bench.soak;

import dev.sluice.bench.overload.MetricsPage;
import dev.sluice.bench.overload.ProcessStatus;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a process has in use at a quiet moment, right after a collection of all its garbage.
 *
 * @param values by what they are
 */
record Measurement(Map<Figure, Double> values) {

  private static final double MEBIBYTE = 1 << 20;

  static Measurement of(long pid, String management) throws IOException, InterruptedException {
    collect(pid);
    MetricsPage page = MetricsPage.read(management);
    var status = new ProcessStatus(pid);
    Map<Figure, Double> values = new EnumMap<>(Figure.class);
    values.put(Figure.HEAP_MIB, page.heapBytes() / MEBIBYTE);
    values.put(Figure.DIRECT_MIB, page.directBytes() / MEBIBYTE);
    values.put(Figure.THREADS, (double) status.threads());
    values.put(Figure.DESCRIPTORS, (double) status.descriptors());
    values.put(Figure.SERIES, (double) page.samples().size());
    values.put(Figure.QUEUED, queued(page));
    return new Measurement(values);
  }

  /** Twice: what the first finds unreachable may hold buffers that are freed after it. */
  private static void collect(long pid) throws IOException, InterruptedException {
    for (int i = 0; i < 2; i++) {
      new ProcessBuilder("jcmd", Long.toString(pid), "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  /** What waits or is in work: nothing, when nobody calls. */
  private static double queued(MetricsPage page) {
    return page.sum(name ->
        name.startsWith("sluice_queue_items")
            || name.startsWith("sluice_queue_tokens")
            || name.startsWith("sluice_gate_running")
            || name.startsWith("sluice_gate_waiting")
            || name.startsWith("sluice_door_calls"));
  }
}
