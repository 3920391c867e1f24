package dev.sluice.gateway.answer;

import dev.sluice.gateway.search.CallBudget;
import dev.sluice.gateway.search.Ranked;
import dev.sluice.gateway.search.Results;
import dev.sluice.gateway.search.SearchPipeline;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.search.StageMetrics;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import java.util.List;
import java.util.function.Consumer;

/**
 * The path of an answer: search, generate from the passages found, check every quote against the
 * stored text. Events leave in the order that the contract promises.
 */
public final class AnswerPipeline {

  /** Of the time left, what an optional reranking may take: the generation follows. */
  private static final double RERANK_SHARE = 0.5;

  private final SearchPipeline search;
  private final GenerateUpstream generator;
  private final StageMetrics stageMetrics;
  private final CitationMetrics citationMetrics;

  public AnswerPipeline(
      SearchPipeline search,
      GenerateUpstream generator,
      StageMetrics stageMetrics,
      CitationMetrics citationMetrics) {
    this.search = search;
    this.generator = generator;
    this.stageMetrics = stageMetrics;
    this.citationMetrics = citationMetrics;
  }

  void answer(AnswerPlan plan, CallBudget budget, Consumer<AnswerEvent> sink) {
    AnswerEvents events = new AnswerEvents(sink);
    events.started();
    StageLog log = new StageLog(stageMetrics, events::degradation);
    try {
      List<Ranked> passages =
          search.search(plan.search(), budget, RERANK_SHARE, log).stream()
              .filter(found -> TextRules.readable(found.passage().text())) // not by title alone
              .toList();
      events.searchResults(results(passages, new Spans(plan.request().getSpanUnit())));
      events.completed(
          passages.isEmpty() ? nothingFound(log) : generated(plan, passages, budget, events, log));
    } catch (Failure.DeadlineExceeded e) {
      throw new Failure.DeadlineExceeded(e.text(), log.reports());
    }
  }

  private static List<SearchResult> results(List<Ranked> passages, Spans spans) {
    return passages.stream()
        .map(ranked ->
            Results.of(ranked).toBuilder()
                .setSourceSpan(
                    spans.ofDocument(ranked.passage(), 0, ranked.passage().text().length()))
                .build())
        .toList();
  }

  private AnswerCompleted nothingFound(StageLog log) {
    citationMetrics.abstained();
    log.skipped("generate");
    return AnswerCompleted.newBuilder()
        .setAbstention(
            Abstention.newBuilder()
                .setReason(Abstention.Reason.NO_RELEVANT_CONTENT)
                .setMessage("The search found nothing in this collection."))
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
    var draft =
        new Draft(passages, new Spans(plan.request().getSpanUnit()), events, log, citationMetrics);
    GenerateCompleted completed =
        log.run(
            "generate",
            report -> {
              int attempts =
                  generator.generate(Prompt.of(plan, passages), budget.deadline(), draft::accept);
              report.mergeFrom(draft.completed().getStageReport()).setAttemptCount(attempts);
              return draft.completed();
            });
    draft.report();
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
