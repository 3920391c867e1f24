package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers a question from the documents of a collection. */
@Command(
    name = "ask",
    description = {
      "Answer a question from the documents of a collection, with numbered citations and the words"
          + " that they quote; how these compare with the document is said of each.",
      "",
      "That nothing in the documents supports an answer is a result too: it says so and exits 0."
    },
    footer = {
      "",
      "Examples:",
      "  sluice ask \"When does the lease end?\" --collection contracts",
      "  sluice ask \"When does the lease end?\" -c contracts --json | jq .citations"
    })
final class AskCommand implements Callable<Integer> {

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Parameters(
      paramLabel = "QUESTION",
      converter = QuestionText.Converter.class,
      description = "The question, in quotes.")
  private QuestionText question = QuestionText.NONE;

  @Mixin private final RetrievalOptions retrieval = new RetrievalOptions();

  @Option(
      names = "--json",
      description = "Print the AnswerResponse as one JSON object, when it is complete.")
  private boolean json;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  AskCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() {
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      Question asked = new Question(question.value(), retrieval);
      if (json) {
        AnswerResponse response = asked.ask(gateway, event -> {});
        console.out().println(JsonOutput.of(response));
        response.getDegradationsList().forEach(d -> console.warn(Degradations.line(d)));
      } else {
        AnswerPrinter printer = new AnswerPrinter(console);
        try {
          asked.ask(gateway, printer::print);
        } finally {
          printer.end();
        }
      }
      return Sluice.DONE;
    }
  }
}
