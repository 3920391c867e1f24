package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.search.Ranked;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StageReport;
import java.util.List;
import java.util.function.Consumer;

/**
 * The generate stage and its ladder: all passages; fewer where the time or the model's context does
 * not suffice; another model where the default one cannot begin. Nothing is tried again once a word
 * was sent.
 */
final class Generation {

  private static final Stage STAGE = Stage.GENERATE;

  /**
   * With less than this part of a generation's usual time it is not tried where there is another.
   */
  private static final double HOPELESS = 0.5;

  private final GenerateUpstream generator;
  private final AnswerConfig config;

  Generation(GenerateUpstream generator, AnswerConfig config) {
    this.generator = generator;
    this.config = config;
  }

  /**
   * Writes the answer into the draft.
   *
   * @return whether it was written to its end
   */
  boolean write(
      AnswerPlan plan, List<Ranked> passages, CallBudget budget, Draft draft, StageLog log) {
    boolean fallsBack = config.fallsBack() && !plan.isRequired(STAGE);
    if (fallsBack && isHopeless(budget)) {
      log.degrade(
          STAGE,
          Reason.BUDGET_EXHAUSTED,
          Effect.EXTRACTIVE_ANSWER,
          "too little time was left for the model");
      return writeInstead(plan, passages, budget, draft, log);
    }
    try {
      var given = passages.subList(0, inTime(passages.size(), budget, log));
      log.run(STAGE, report -> writeFitting(plan, given, fallsBack, budget, draft, log, report));
      return true;
    } catch (Failure failure) {
      if (draft.isBegun()) {
        return broken(failure, draft, log);
      }
      if (!fallsBack || budget.spent()) {
        throw failure;
      }
      log.mask(STAGE, failure, Effect.EXTRACTIVE_ANSWER);
    }
    return writeInstead(plan, passages, budget, draft, log);
  }

  /** Once a second it is tried all the same: else nobody would see that it is fast again. */
  private static boolean isHopeless(CallBudget budget) {
    return budget.generationPart() < HOPELESS && !budget.probe(STAGE);
  }

  /** How many passages there is time for. */
  private static int inTime(int all, CallBudget budget, StageLog log) {
    int count = (int) Math.clamp(Math.ceil(all * budget.generationPart()), 1, all);
    if (count < all) {
      log.degrade(
          STAGE,
          Reason.BUDGET_EXHAUSTED,
          Effect.CONTEXT_SHRUNK,
          "time was left for " + count + " of " + all + " passages");
    }
    return count;
  }

  /** Writes from as many passages as the model's context has room for, found by halving. */
  private StageReport.Builder writeFitting(
      AnswerPlan plan,
      List<Ranked> passages,
      boolean fallsBack,
      CallBudget budget,
      Draft draft,
      StageLog log,
      StageReport.Builder report) {
    int count = passages.size();
    int attempts = 0;
    while (true) {
      report.setInputCount(count);
      try {
        GenerateRequest prompt = Prompt.of(plan, passages.subList(0, count));
        Consumer<GenerateEvent> sink =
            count == passages.size() ? draft::accept : shrunk(count, passages, draft, log);
        attempts +=
            fallsBack
                ? generator.generate(prompt, budget.deadline(), budget.half(), sink)
                : generator.generate(prompt, budget.deadline(), sink);
        return report.mergeFrom(draft.completed().getStageReport()).setAttemptCount(attempts);
      } catch (Failure.InvalidInput refused) {
        if (!isTooLong(refused) || count == 1 || draft.isBegun()) {
          throw refused;
        }
        attempts++;
        count /= 2;
      }
    }
  }

  private static boolean isTooLong(Failure.InvalidInput refused) {
    return refused.reason().equals(Failure.InvalidInput.CONTEXT_TOO_LONG);
  }

  /** Says once that passages were left out, before anything is written from the others. */
  private static Consumer<GenerateEvent> shrunk(
      int count, List<Ranked> passages, Draft draft, StageLog log) {
    return new Consumer<>() {
      private boolean told;

      @Override
      public void accept(GenerateEvent event) {
        if (!told) {
          told = true;
          log.degrade(
              STAGE,
              Reason.INPUT_TRUNCATED,
              Effect.CONTEXT_SHRUNK,
              "the model's context has room for " + count + " of " + passages.size() + " passages");
        }
        draft.accept(event);
      }
    };
  }

  /** By the other model, whose time says nothing of the default one's. */
  private boolean writeInstead(
      AnswerPlan plan, List<Ranked> passages, CallBudget budget, Draft draft, StageLog log) {
    GenerateRequest prompt =
        Prompt.of(plan, passages).toBuilder().setModel(config.fallbackModel()).build();
    try {
      return log.runUnobserved(
          STAGE,
          report -> {
            report.setInputCount(passages.size());
            int attempts = generator.generate(prompt, budget.deadline(), draft::accept);
            report.mergeFrom(draft.completed().getStageReport()).setAttemptCount(attempts);
            return true;
          });
    } catch (Failure failure) {
      if (!draft.isBegun()) {
        throw failure;
      }
      return broken(failure, draft, log);
    }
  }

  /** What was written is all there is, unless proof is demanded that it does not have. */
  private static boolean broken(Failure failure, Draft draft, StageLog log) {
    if (draft.lacksProof()) {
      throw failure;
    }
    log.mask(STAGE, failure, Effect.EFFECT_UNSPECIFIED);
    return false;
  }
}
