package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.grounding.CitationMetrics;
import dev.sluice.gateway.grounding.EvidenceText;
import dev.sluice.gateway.grounding.Spans;
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
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import dev.sluice.type.v1.Degradation.Effect;
import io.grpc.Deadline;
import java.util.List;
import java.util.function.Consumer;

/**
 * The path of an answer: search, generate from the passages found, check every quote against the
 * stored text. Events leave in the order that the contract promises.
 */
public final class AnswerPipeline {

  private final SearchPipeline search;
  private final GenerateUpstream generator;
  private final StageMetrics stageMetrics;
  private final StageLatencies latencies;
  private final CitationMetrics citationMetrics;
  private final String fallbackModel;

  /**
   * @param fallbackModel the generate-service's model that answers when the default fails before
   *     its first word; empty: none
   */
  public AnswerPipeline(
      SearchPipeline search,
      GenerateUpstream generator,
      StageMetrics stageMetrics,
      StageLatencies latencies,
      CitationMetrics citationMetrics,
      String fallbackModel) {
    this.search = search;
    this.generator = generator;
    this.stageMetrics = stageMetrics;
    this.latencies = latencies;
    this.citationMetrics = citationMetrics;
    this.fallbackModel = fallbackModel;
  }

  void answer(AnswerPlan plan, Deadline deadline, Consumer<AnswerEvent> sink) {
    CallBudget budget = CallBudget.within(deadline, latencies, plan.policies());
    AnswerEvents events = new AnswerEvents(sink);
    events.started();
    StageLog log = new StageLog(stageMetrics, latencies, events::degradation);
    try {
      List<Ranked> passages =
          search.search(plan.search(), budget, log).stream()
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
                    spans.ofDocument(
                        EvidenceText.of(ranked.passage()), 0, ranked.passage().text().length()))
                .build())
        .toList();
  }

  private AnswerCompleted nothingFound(StageLog log) {
    citationMetrics.abstained();
    log.skipped(Stage.GENERATE);
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
    var draft = new Draft(passages, plan.request(), events, log, citationMetrics);
    boolean complete = write(Prompt.of(plan, passages), budget, draft, log);
    draft.report();
    if (!complete) {
      return incomplete(log);
    }
    draft.requireProof();
    return completed(draft.completed(), log);
  }

  /** Whether the text was written to its end. Nothing is tried again once a word was sent. */
  private boolean write(GenerateRequest prompt, CallBudget budget, Draft draft, StageLog log) {
    try {
      writeNow(prompt, budget, draft, log);
      return true;
    } catch (Failure failure) {
      if (draft.isBegun() && draft.lacksProof()) {
        throw failure;
      }
      if (draft.isBegun()) {
        log.mask(Stage.GENERATE, failure, Effect.EFFECT_UNSPECIFIED);
        return false;
      }
      if (fallbackModel.isEmpty() || budget.spent()) {
        throw failure;
      }
      log.mask(Stage.GENERATE, failure, Effect.EXTRACTIVE_ANSWER);
    }
    writeNow(prompt.toBuilder().setModel(fallbackModel).build(), budget, draft, log);
    return true;
  }

  private void writeNow(GenerateRequest prompt, CallBudget budget, Draft draft, StageLog log) {
    log.run(
        Stage.GENERATE,
        report -> {
          int attempts = generator.generate(prompt, budget.deadline(), draft::accept);
          return report.mergeFrom(draft.completed().getStageReport()).setAttemptCount(attempts);
        });
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
