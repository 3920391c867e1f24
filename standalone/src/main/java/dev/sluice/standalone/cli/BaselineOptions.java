package dev.sluice.standalone.cli;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.eval.Baseline;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an evaluation is compared with, and when that fails it. */
final class BaselineOptions {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "Compare with a saved --json report of the same corpus and queries: prints each score's"
              + " difference with its 95 %% interval (paired bootstrap over the queries), and fails"
              + " when a score dropped.")
  private @Nullable Path file;

  @Option(
      names = "--max-drop",
      paramLabel = "X",
      description =
          "How much worse than the baseline the mean of a score may be (default: 0). A larger drop"
              + " fails, whether or not it is significant.")
  private double maxDrop;

  @Option(
      names = "--significant",
      description =
          "Let only drops fail whose whole interval lies below 0: for few or noisy queries. With"
              + " many queries small drops are significant, so give --max-drop as well.")
  private boolean significant;

  boolean isGiven() {
    return file != null;
  }

  /** How much worse a score may be. */
  double maxDrop() {
    return maxDrop;
  }

  /** Whether a drop must be significant to count. */
  boolean significant() {
    return significant;
  }

  /** Stops with wrong usage when options contradict each other. */
  void check() {
    if (Double.isNaN(maxDrop) || maxDrop < 0) {
      throw wrong("--max-drop must be 0 or more");
    }
    if (significant && file == null) {
      throw wrong("--significant needs --baseline");
    }
  }

  private RuntimeException wrong(String line) {
    return command == null
        ? new IllegalStateException(line)
        : new ParameterException(command.commandLine(), line);
  }

  /** The saved report, when one was named. */
  Optional<Baseline> read() {
    if (file == null) {
      return Optional.empty();
    }
    Baseline baseline = Baseline.read(file);
    if (significant && !baseline.hasScoresByQuery()) {
      throw new CommandFailure(
          file + " has no scores by query, so --significant cannot be judged: save it again");
    }
    return Optional.of(baseline);
  }
}
