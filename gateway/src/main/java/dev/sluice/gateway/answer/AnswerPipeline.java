package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Latencies;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.grounding.CitationMetrics;
import dev.sluice.gateway.grounding.EvidenceText;
import dev.sluice.gateway.grounding.Spans;
import dev.sluice.gateway.search.Ranked;
import dev.sluice.gateway.search.Results;
import dev.sluice.gateway.search.SearchPipeline;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.search.StageTelemetry;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.serving.failure.TextRules;
import io.grpc.Deadline;
import java.util.List;
import java.util.function.Consumer;

/**
 * The path of an answer: rewrite the question where it needs that, search, generate from the
 * passages found, check every quote against their text. Events leave in the order that the contract
 * promises.
 */
public final class AnswerPipeline {

  private final SearchPipeline search;
  private final QueryRewriting rewriting;
  private final GenerateUpstream generator;
  private final AnswerConfig config;
  private final StageTelemetry telemetry;
  private final Latencies latencies;
  private final CitationMetrics citationMetrics;

  public AnswerPipeline(
      SearchPipeline search,
      GenerateUpstream generator,
      StageTelemetry telemetry,
      Latencies latencies,
      CitationMetrics citationMetrics,
      AnswerConfig config) {
    this.search = search;
    this.rewriting = new QueryRewriting(generator, config);
    this.generator = generator;
    this.config = config;
    this.telemetry = telemetry;
    this.latencies = latencies;
    this.citationMetrics = citationMetrics;
  }

  void answer(AnswerPlan plan, Deadline deadline, Consumer<AnswerEvent> sink) {
    search.requireSource(plan.search().source());
    StageLatencies known = latencies.of(plan.search().source().name());
    CallBudget budget =
        CallBudget.within(deadline, known, plan.search().policies().planned(), telemetry.clock());
    AnswerEvents events = new AnswerEvents(sink);
    events.started();
    try (StageLog log = telemetry.call("answer", known, events::degradation)) {
      try {
        events.completed(answered(plan, budget, events, log));
      } catch (RuntimeException failure) { // also a bug of ours: its span must say so
        throw log.failed(failure);
      }
    }
  }

  private AnswerCompleted answered(
      AnswerPlan plan, CallBudget budget, AnswerEvents events, StageLog log) {
    String query = rewriting.query(plan, budget, log);
    List<Ranked> passages =
        search.search(plan.search().withQuery(query), budget, log).stream()
            .filter(found -> TextRules.readable(found.passage().text())) // not by title alone
            .toList();
    events.searchResults(
        results(passages, new Spans(plan.request().getSpanUnit())),
        query.equals(plan.question()) ? "" : query);
    return passages.isEmpty() ? nothingFound(log) : generated(plan, passages, budget, events, log);
  }

  private static List<SearchResult> results(List<Ranked> passages, Spans spans) {
    return passages.stream()
        .map(ranked ->
            Results.of(ranked).toBuilder()
                .setSourceSpan(
                    spans.ofDocument(
                        EvidenceText.of(ranked.passage()), 0, ranked.passage().text().length()))
                .build())
        .toList();
  }

  private AnswerCompleted nothingFound(StageLog log) {
    log.nothingFound();
    citationMetrics.abstained();
    log.skipped(Stage.GENERATE);
    return AnswerCompleted.newBuilder()
        .setAbstention(
            Abstention.newBuilder()
                .setReason(Abstention.Reason.NO_RELEVANT_CONTENT)
                .setMessage("The search found nothing that may be answered from."))
        .setFinishReason(FinishReason.NO_SUPPORT)
        .addAllStageReports(log.reports())
        .build();
  }

  private AnswerCompleted generated(
      AnswerPlan plan,
      List<Ranked> passages,
      CallBudget budget,
      AnswerEvents events,
      StageLog log) {
    var draft = new Draft(passages, plan.request(), events, log, citationMetrics);
    boolean complete =
        new Generation(generator, config, plan, passages, budget, draft, log).write();
    draft.report();
    if (!complete) {
      return incomplete(log);
    }
    draft.requireProof();
    return completed(draft.completed(), log);
  }

  private static AnswerCompleted incomplete(StageLog log) {
    return AnswerCompleted.newBuilder()
        .setFinishReason(FinishReason.INCOMPLETE)
        .addAllStageReports(log.reports())
        .build();
  }

  private AnswerCompleted completed(GenerateCompleted completed, StageLog log) {
    AnswerCompleted.Builder answer =
        AnswerCompleted.newBuilder()
            .setFinishReason(completed.getFinishReason())
            .setUsage(completed.getUsage());
    if (completed.hasSupportScore()) {
      answer.setSupportScore(completed.getSupportScore());
    }
    if (completed.getFinishReason() == FinishReason.NO_SUPPORT) {
      citationMetrics.abstained();
      answer.setAbstention(
          Abstention.newBuilder()
              .setReason(Abstention.Reason.LOW_GROUNDING)
              .setMessage("Passages were found, but none of them supports an answer."));
    }
    return answer.addAllStageReports(log.reports()).build();
  }
}
