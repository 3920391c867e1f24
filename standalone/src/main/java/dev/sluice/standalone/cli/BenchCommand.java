package dev.sluice.standalone.cli;

import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.RunningCluster;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.load.AnswerCalls;
import dev.sluice.standalone.load.Arrivals;
import dev.sluice.standalone.load.DocumentLines;
import dev.sluice.standalone.load.EmbedCalls;
import dev.sluice.standalone.load.LoadCall;
import dev.sluice.standalone.load.LoadPlan;
import dev.sluice.standalone.load.LoadReport;
import dev.sluice.standalone.load.LoadRun;
import dev.sluice.standalone.load.QueryFile;
import dev.sluice.standalone.load.SearchCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts open-loop load on a cluster and says how long its calls and their stages took. */
@Command(
    name = "bench",
    description = {
      "Send calls at their times, whether earlier ones were answered or not, and print how long they"
          + " and their stages took. Latency counts from the time at which a call was to be sent.",
      "",
      "Without --collection it measures a cluster of its own, with free ports, a temporary directory"
          + " and this project's README and docs in it."
    },
    footer = {
      "",
      "Examples:",
      "  sluice bench",
      "  sluice bench --collection papers --queries queries.jsonl --rate 20 --duration 2m",
      "  sluice bench -c papers --call answer --rate 2 --deadline 1s --json > load.json",
      "  sluice bench -c papers --trace conv.arrivals.csv --speed 4 --duration 5m",
      "  sluice bench --call embed -c papers --target gateway.example.org:443 --tls",
      "",
      "Exit code 1 when not one call succeeded."
    })
final class BenchCommand implements Callable<Integer> {

  private enum Call {
    SEARCH,
    ANSWER,
    EMBED
  }

  private static final String OWN_COLLECTION = "bench";
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);
  private static final int MOST_IN_FLIGHT = 100_000;

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--call",
      paramLabel = "KIND",
      description = "What is called: search, answer (streamed) or embed. Default: search.")
  private Call call = Call.SEARCH;

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "NAME",
      converter = CollectionName.Converter.class,
      description = "The collection that is asked.")
  private @Nullable CollectionName collection;

  @Option(
      names = "--queries",
      paramLabel = "FILE",
      description =
          "What is asked, in turn: one query a line, as text or as JSON with the field text. Default:"
              + " lines of the collection's own documents.")
  private @Nullable Path queries;

  @Mixin private final ArrivalOptions times = new ArrivalOptions();

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = Deadline.Converter.class,
      description = "How long each call may take, as 500ms, 10s or 2m (default: 10s).")
  private @Nullable Deadline deadline;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      description = "Calls beyond so many are not sent, and counted as unsent (default: 256).")
  private int maxInFlight = 256;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  BenchCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() throws InterruptedException {
    check();
    Arrivals arrivals = times.arrivals();
    List<String> texts = queries == null ? List.of() : QueryFile.read(queries);
    if (collection == null && !connection.isNamed()) {
      return onOwnCluster(texts, arrivals);
    }
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      if (collection != null) {
        new CollectionCatalog(gateway).require(collection.value());
      }
      return load(gateway, collection == null ? "" : collection.value(), texts, arrivals);
    }
  }

  private void check() {
    connection.check();
    times.check();
    if (maxInFlight < 1 || maxInFlight > MOST_IN_FLIGHT) {
      throw wrong("--max-in-flight must be between 1 and " + MOST_IN_FLIGHT);
    }
    if (deadline != null && deadline.duration().compareTo(LONGEST_DEADLINE) > 0) {
      throw wrong("--deadline must be at most 60m");
    }
    if (collection == null && connection.isNamed() && (call != Call.EMBED || queries == null)) {
      throw wrong(
          "--target and --data need --collection NAME (or --call embed with --queries FILE)");
    }
  }

  private ParameterException wrong(String line) {
    if (spec == null) {
      throw new IllegalStateException(line);
    }
    return new ParameterException(spec.commandLine(), line);
  }

  private int onOwnCluster(List<String> texts, Arrivals arrivals) throws InterruptedException {
    IngestRun pages = IngestRun.of(ProjectPages.find(), console, System::nanoTime);
    if (pages.isEmpty()) {
      return Sluice.FAILED;
    }
    try (TemporaryDirectory directory = TemporaryDirectory.create("sluice-bench-");
        Gateway gateway = start(directory.path())) {
      new CollectionCatalog(gateway).ensure(OWN_COLLECTION);
      if (!pages.into(gateway, OWN_COLLECTION)) {
        throw new CommandFailure("not everything could be stored: see above");
      }
      return load(gateway, OWN_COLLECTION, texts, arrivals);
    }
  }

  private Gateway start(Path directory) {
    RunningCluster cluster = launcher.startForCommand(directory);
    return ConnectionOptions.local(cluster.gatewayAddress(), dialer, cluster);
  }

  private int load(Gateway gateway, String asked, List<String> given, Arrivals arrivals)
      throws InterruptedException {
    List<String> texts =
        given.isEmpty() ? new DocumentLines(gateway, asked).queries(times.seed()) : given;
    Duration most = deadline == null ? DEADLINE : deadline.duration();
    LoadPlan plan = new LoadPlan(name(), calls(asked), texts, arrivals, maxInFlight, most);
    LoadReport report = LoadRun.run(gateway, plan, console);
    if (json) {
      console.out().println(report.json());
    } else {
      report.lines().forEach(console.out()::println);
    }
    if (report.anySucceeded()) {
      return Sluice.DONE;
    }
    throw report
        .firstFailure()
        .map(failure -> new CollectionCatalog(gateway).failure(failure, asked))
        .orElseGet(() -> new CommandFailure("no call was sent: load longer, or at a higher rate"));
  }

  private String name() {
    return call.name().toLowerCase(Locale.ROOT);
  }

  private LoadCall calls(String asked) {
    return switch (call) {
      case SEARCH -> new SearchCalls(asked);
      case ANSWER -> new AnswerCalls(asked, System::nanoTime);
      case EMBED -> new EmbedCalls();
    };
  }
}
