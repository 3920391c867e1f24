package dev.sluice.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.RunningCluster;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.eval.AnswerEvaluation;
import dev.sluice.standalone.eval.AnswerEvaluation.Questions;
import dev.sluice.standalone.eval.AnswerReport;
import dev.sluice.standalone.eval.EvalData;
import dev.sluice.standalone.eval.EvalFiles;
import dev.sluice.standalone.eval.EvalQuery;
import dev.sluice.standalone.eval.FreshCollection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures searches or answers on a data set, in a fresh collection that it deletes. */
@Command(
    name = "eval",
    description = {
      "Measure the quality of searches on judged queries: nDCG@10 (linear gain, as trec_eval),"
          + " recall@10, recall@100 and MRR of lexical, dense, fused and reranked retrieval."
          + " Reranking is required, and anything done in part fails the run.",
      "",
      "Runs on a cluster of its own, with free ports and a temporary directory, unless --target"
          + " names one."
    },
    footer = {
      "",
      "Files: corpus.jsonl and queries.jsonl (id or _id, title, text), qrels.tsv (query-id,"
          + " corpus-id, score under a heading, or the four columns of TREC).",
      "",
      "Examples:",
      "  sluice eval data/cranfield",
      "  sluice eval data/cranfield --json > before.json",
      "  sluice eval data/cranfield --baseline before.json --max-drop 0.005",
      "  sluice eval data/cranfield --baseline before.json --significant --max-drop 0.002",
      "  sluice eval data/squad --answers --off-topic other/queries.jsonl --limit 500",
      "",
      "Exit code 1 when a score dropped by more than --max-drop, or nothing could be measured."
    })
final class EvalCommand implements Callable<Integer> {

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The folder of the data set.")
  private Path directory = Path.of("");

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description = "The documents (default: DIR/corpus.jsonl).")
  private @Nullable Path corpus;

  @Option(
      names = "--queries",
      paramLabel = "FILE",
      description = "The queries (default: DIR/queries.jsonl).")
  private @Nullable Path queries;

  @Option(
      names = "--qrels",
      paramLabel = "FILE",
      description = "The judgements (default: DIR/qrels.tsv).")
  private @Nullable Path qrels;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N judged queries; with --answers, N of each kind.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--answers",
      description =
          "Measure answers instead: queries need the fields answerable (true or false) and answers"
              + " (a list of texts).")
  private boolean answers;

  @Option(
      names = "--off-topic",
      paramLabel = "FILE",
      description = "With --answers: queries that the corpus has nothing to say about.")
  private @Nullable Path offTopic;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Mixin private final BaselineOptions baseline = new BaselineOptions();

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  EvalCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() throws InterruptedException {
    check();
    EvalData data =
        EvalData.read(
            new EvalFiles(
                or(corpus, "corpus.jsonl"), or(queries, "queries.jsonl"), or(qrels, "qrels.tsv")));
    Measurement measurement = answers ? answers(data) : searches(data);
    if (connection.hasTarget()) {
      try (Gateway gateway = connection.open(launcher, console, dialer)) {
        return measurement.run(gateway);
      }
    }
    try (TemporaryDirectory place = TemporaryDirectory.create("sluice-eval-");
        Gateway gateway = start(place.path())) {
      return measurement.run(gateway);
    }
  }

  private interface Measurement {
    int run(Gateway gateway) throws InterruptedException;
  }

  private void check() {
    connection.check();
    if (limit < 1) {
      throw wrong("--limit must be at least 1");
    }
    baseline.check();
    if (offTopic != null && !answers) {
      throw wrong("--off-topic needs --answers");
    }
    if (baseline.isGiven() && answers) {
      throw wrong("--baseline compares searches: leave --answers out");
    }
  }

  private RuntimeException wrong(String line) {
    return spec == null
        ? new IllegalStateException(line)
        : new ParameterException(spec.commandLine(), line);
  }

  private Path or(@Nullable Path given, String name) {
    return given == null ? directory.resolve(name) : given;
  }

  private Gateway start(Path data) {
    RunningCluster cluster = launcher.startForCommand(data);
    return ConnectionOptions.local(cluster.gatewayAddress(), dialer, cluster);
  }

  private Measurement searches(EvalData data) {
    SearchQuality quality = new SearchQuality(data, limit, baseline, console);
    return gateway -> {
      SearchQuality.Result result = quality.measure(gateway);
      ObjectNode report = result.report().json();
      result.comparison().ifPresent(comparison -> comparison.writeTo(report));
      print(report, result.lines());
      return quality.holds(result) ? Sluice.DONE : Sluice.FAILED;
    };
  }

  private Measurement answers(EvalData data) {
    List<EvalQuery> others = offTopic == null ? List.of() : EvalQuery.read(offTopic);
    Questions questions = Questions.of(data.queries(), others, limit);
    if (questions.answerable().isEmpty()) {
      throw new CommandFailure(data.files().queries() + " has no query with answers");
    }
    return gateway -> {
      AnswerReport report =
          new FreshCollection(gateway, data.files().corpus(), console)
              .measure(stored ->
                  new AnswerEvaluation(gateway, stored.collection(), data.judgements())
                      .run(questions, console));
      print(report.json(), report.lines());
      return Sluice.DONE;
    };
  }

  private void print(ObjectNode report, List<String> lines) {
    if (json) {
      console.out().println(report);
    } else {
      lines.forEach(console.out()::println);
    }
  }
}
