package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.Passage;
import dev.sluice.gateway.documents.TextCuts;
import dev.sluice.gateway.upstream.DataSources;
import dev.sluice.gateway.upstream.Reply;
import dev.sluice.gateway.upstream.RetrieveUpstream;
import dev.sluice.gateway.v1.Score.Kind;
import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrievedPassage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds passages in a data source of somebody else's: the retrieve stage is a call to it. */
public final class ExternalRetrieval {

  private static final String SEPARATOR = " > ";

  /** Titles and headings of somebody else's have no bound; what is read before a passage has. */
  private static final int LONGEST_HEADER = 1024;

  private final DataSources sources;

  public ExternalRetrieval(DataSources sources) {
    this.sources = sources;
  }

  /**
   * @throws Failure.NotFound when it is not configured
   */
  void require(String name) {
    sources.find(name);
  }

  /** In the order of the data source. */
  List<Ranked> find(SearchPlan plan, String name, CallBudget budget, StageLog log) {
    RetrieveUpstream source = sources.find(name);
    int most = Math.max(plan.topK(), plan.rerankCandidates());
    RetrieveRequest request =
        RetrieveRequest.newBuilder()
            .setDataSource(name)
            .setQuery(plan.query())
            .setLimit(most)
            .setTenant(plan.caller().tenant())
            .build();
    return log.run(
        Stage.RETRIEVE,
        report -> {
          report.setInputCount(1);
          Reply<RetrieveResponse> reply = source.retrieve(request, budget.deadline());
          List<Ranked> found = ranked(reply.response(), most);
          report.setAttemptCount(reply.attempts()).setOutputCount(found.size());
          return found;
        });
  }

  private static List<Ranked> ranked(RetrieveResponse response, int most) {
    List<Ranked> ranked = new ArrayList<>();
    for (RetrievedPassage passage : response.getPassagesList().stream().limit(most).toList()) {
      var candidate = new Candidate(passage(passage), null, null);
      ranked.add(
          new Ranked(
              candidate,
              passage.hasScore()
                  ? List.of(Fusion.score(Kind.DATA_SOURCE, passage.getScore()))
                  : List.of()));
    }
    return ranked;
  }

  private static Passage passage(RetrievedPassage found) {
    return new Passage(
        found.getDocumentId(),
        found.getDocumentVersion(),
        RetrieveUpstream.passageId(found),
        found.getTitle(),
        List.copyOf(found.getHeadingsList()),
        found.getText(),
        found.getStart(),
        found.getStart() + found.getText().length(),
        found.getStartUtf8(),
        header(found),
        found.getMetadata());
  }

  private static String header(RetrievedPassage found) {
    String whole =
        Stream.concat(Stream.of(found.getTitle()), found.getHeadingsList().stream())
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(SEPARATOR));
    return TextCuts.prefix(whole, LONGEST_HEADER);
  }
}
