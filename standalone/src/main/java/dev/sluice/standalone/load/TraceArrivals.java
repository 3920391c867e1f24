package dev.sluice.standalone.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.PrimitiveIterator;

/** The calls of a trace at their times, from its first one on. */
public final class TraceArrivals implements Arrivals {

  private final String name;
  private final long[] times;
  private final double speed;

  private TraceArrivals(String name, long[] times, double speed) {
    this.name = name;
    this.times = times;
    this.speed = speed;
  }

  /** The same of the arrivals in a file. */
  public static TraceArrivals read(Path file, double speed, long most) {
    return of(String.valueOf(file.getFileName()), ArrivalTrace.read(file), speed, most);
  }

  /**
   * Takes the calls of a trace that begin within {@code most} nanoseconds of the run.
   *
   * @param name of the trace, for the report
   * @param recorded nanoseconds after any moment, in any order
   * @param speed how many times faster than recorded, above 0
   */
  static TraceArrivals of(String name, long[] recorded, double speed, long most) {
    long[] sorted = recorded.clone();
    Arrays.sort(sorted);
    long[] times =
        Arrays.stream(sorted)
            .map(time -> (long) ((time - sorted[0]) / speed))
            .takeWhile(time -> time < most)
            .toArray();
    return new TraceArrivals(name, times, speed);
  }

  @Override
  public PrimitiveIterator.OfLong times() {
    return Arrays.stream(times).iterator();
  }

  @Override
  public long length() {
    return times.length == 0 ? 0 : times[times.length - 1] + 1;
  }

  @Override
  public double rate() {
    return times.length * 1e9 / Math.max(length(), 1);
  }

  @Override
  public void describe(ObjectNode report) {
    report.put("arrivals", "trace").put("trace", name).put("speed", speed);
  }
}
