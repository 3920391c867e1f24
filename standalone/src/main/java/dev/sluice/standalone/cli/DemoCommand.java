package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.RunningCluster;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows in one run what Sluice is for. */
@Command(
    name = "demo",
    description = {
      "Start a cluster of its own, store this project's README and docs, ask a question about them and"
          + " print the cited answer with the report of its stages.",
      "",
      "Uses free ports and a temporary directory, so it runs beside a running cluster and leaves"
          + " nothing behind."
    },
    footer = {"", "Example:", "  sluice demo"})
final class DemoCommand implements Callable<Integer> {

  static final String QUESTION = "What happens to a document after it was acknowledged?";
  private static final String COLLECTION = "demo";

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  DemoCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() throws InterruptedException {
    IngestRun run = IngestRun.of(ProjectPages.find(), console, System::nanoTime);
    if (run.isEmpty()) {
      return Sluice.FAILED;
    }
    try (TemporaryDirectory directory = TemporaryDirectory.create("sluice-demo-");
        Gateway gateway = start(directory.path())) {
      new CollectionCatalog(gateway).ensure(COLLECTION);
      if (!run.into(gateway, COLLECTION)) {
        throw new CommandFailure("not everything could be stored: see above");
      }
      check(ask(gateway));
      return Sluice.DONE;
    }
  }

  private Gateway start(Path directory) {
    RunningCluster cluster = launcher.startForCommand(directory);
    cluster.serverLines().forEach(console::note);
    return ConnectionOptions.local(cluster.gatewayAddress(), dialer, cluster);
  }

  private AnswerResponse ask(Gateway gateway) {
    console.out().println(QUESTION);
    console.out().println();
    AnswerPrinter printer = new AnswerPrinter(console);
    try {
      return new Question(QUESTION, RetrievalOptions.of(COLLECTION)).ask(gateway, printer::print);
    } finally {
      printer.end();
    }
  }

  private static void check(AnswerResponse response) {
    if (response.hasAbstention()) {
      throw new CommandFailure("the demo got no answer: this should not happen, report it");
    }
    boolean proved =
        response.getCitationsList().stream()
            .flatMap(citation -> citation.getSourcesList().stream())
            .anyMatch(source -> source.getVerification() == Verification.EXACT);
    if (!proved) {
      throw new CommandFailure("the demo's answer cites nothing exactly: report it");
    }
  }
}
