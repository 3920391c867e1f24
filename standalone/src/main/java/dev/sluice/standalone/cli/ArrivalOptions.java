package dev.sluice.standalone.cli;

import dev.sluice.standalone.load.Arrivals;
import dev.sluice.standalone.load.PoissonArrivals;
import dev.sluice.standalone.load.TraceArrivals;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** When the calls of a load are sent. */
final class ArrivalOptions {

  private static final double RATE = 5;
  private static final double MOST_RATE = 100_000;
  private static final Duration DURATION = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofHours(1);

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Calls a second, at random times of a Poisson process (default: 5).")
  private @Nullable Double rate;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = Deadline.Converter.class,
      description =
          "How long calls are sent, as 30s or 5m, at most 60m (default: 30s, or the whole trace).")
  private @Nullable Deadline duration;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Replay the arrivals of a CSV file instead: its first column is arrival_ms, or TIMESTAMP as"
              + " in the traces of Azure.")
  private @Nullable Path trace;

  @Option(
      names = "--speed",
      paramLabel = "X",
      description = "Replay the trace so many times faster (default: 1).")
  private @Nullable Double speed;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Other random times and queries; the same seed gives the same (default: 1).")
  private long seed = 1;

  long seed() {
    return seed;
  }

  /** Stops with wrong usage when options contradict each other. */
  void check() {
    if (rate != null && trace != null) {
      throw wrong("--rate and --trace exclude each other: --speed makes a trace faster");
    }
    if (speed != null && trace == null) {
      throw wrong("--speed needs --trace FILE");
    }
    if (rate != null && !(rate > 0 && rate <= MOST_RATE)) {
      throw wrong("--rate must be above 0 and at most 100000");
    }
    if (speed != null && !(speed > 0 && speed <= MOST_RATE)) {
      throw wrong("--speed must be above 0 and at most 100000");
    }
    if (duration != null && duration.duration().compareTo(LONGEST) > 0) {
      throw wrong("--duration must be at most 60m");
    }
  }

  private ParameterException wrong(String line) {
    if (command == null) {
      throw new IllegalStateException(line);
    }
    return new ParameterException(command.commandLine(), line);
  }

  Arrivals arrivals() {
    if (trace != null) {
      Duration most = duration == null ? LONGEST : duration.duration();
      return TraceArrivals.read(trace, speed == null ? 1 : speed, most.toNanos());
    }
    Duration length = duration == null ? DURATION : duration.duration();
    return new PoissonArrivals(rate == null ? RATE : rate, length.toNanos(), seed);
  }
}
