package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the passages that a query finds. */
@Command(
    name = "search",
    description = "Find passages, best first, each with the score that decided its place.",
    footer = {
      "",
      "Examples:",
      "  sluice search \"notice period\" --collection contracts",
      "  sluice search \"notice period\" -c contracts --mode lexical --top-k 3",
      "  sluice search \"notice period\" -c contracts --filter 'lang == \"en\" && year >= 2024'",
      "  sluice search \"notice period\" -c contracts --json | jq .results[0].text"
    })
final class SearchCommand implements Callable<Integer> {

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Parameters(
      paramLabel = "QUERY",
      converter = QuestionText.Converter.class,
      description = "What to look for; in quotes when it has several words.")
  private QuestionText query = QuestionText.NONE;

  @Mixin private final RetrievalOptions retrieval = new RetrievalOptions();

  @Option(names = "--json", description = "Print the SearchResponse as one JSON object.")
  private boolean json;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  SearchCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() {
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      SearchResponse response = search(gateway);
      if (json) {
        console.out().println(JsonOutput.of(response));
      } else {
        new SearchPrinter(console).print(response);
      }
      response.getDegradationsList().forEach(d -> console.warn(Degradations.line(d)));
      return Sluice.DONE;
    }
  }

  private SearchResponse search(Gateway gateway) {
    SearchRequest.Builder request =
        SearchRequest.newBuilder()
            .setCollection(retrieval.collection())
            .setQuery(query.value())
            .setMode(retrieval.mode())
            .setFilter(retrieval.filter())
            .putAllStagePolicies(retrieval.stagePolicies());
    Integer topK = retrieval.topK();
    if (topK != null) {
      request.setTopK(topK);
    }
    try {
      return retrieval.timed(gateway.search()).search(request.build());
    } catch (StatusRuntimeException e) {
      throw new CollectionCatalog(gateway).failure(e, retrieval.collection());
    }
  }
}
