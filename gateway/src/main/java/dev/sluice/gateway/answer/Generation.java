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
 * The generate stage of one answer and its ladder: all passages; fewer where the time or the
 * model's context does not suffice; another model where the default one cannot begin. Nothing is
 * tried again once a word was sent.
 */
final class Generation {

  private static final Stage STAGE = Stage.GENERATE;

  /** Name of the default model in requests. */
  private static final String DEFAULT = "";

  /**
   * With less than this part of a generation's usual time it is not tried where there is another.
   */
  private static final double HOPELESS = 0.5;

  private final GenerateUpstream generator;
  private final AnswerConfig config;
  private final AnswerPlan plan;
  private final List<Ranked> passages;
  private final CallBudget budget;
  private final Draft draft;
  private final StageLog log;

  /**
   * @param passages found for the question, best first; at least one
   * @param draft that is written to
   */
  Generation(
      GenerateUpstream generator,
      AnswerConfig config,
      AnswerPlan plan,
      List<Ranked> passages,
      CallBudget budget,
      Draft draft,
      StageLog log) {
    this.generator = generator;
    this.config = config;
    this.plan = plan;
    this.passages = passages;
    this.budget = budget;
    this.draft = draft;
    this.log = log;
  }

  /**
   * Writes the answer.
   *
   * @return whether it was written to its end
   */
  boolean write() {
    if (fallsBack() && isHopeless()) {
      log.shortened(STAGE, Effect.EXTRACTIVE_ANSWER, "too little time was left for the model");
      return writeInstead();
    }
    try {
      List<Ranked> given = passages.subList(0, inTime());
      log.run(STAGE, report -> writeFitting(DEFAULT, given, report));
      return true;
    } catch (Failure failure) {
      if (draft.isBegun()) {
        return broken(failure);
      }
      if (!fallsBack() || budget.spent()) {
        throw failure;
      }
      log.mask(STAGE, failure, Effect.EXTRACTIVE_ANSWER);
    }
    return writeInstead();
  }

  private boolean fallsBack() {
    return config.fallsBack() && !plan.isRequired(STAGE);
  }

  /** Once a second it is tried all the same: else nobody would see that it is fast again. */
  private boolean isHopeless() {
    return budget.generationPart() < HOPELESS && !budget.probe(STAGE);
  }

  /** How many passages there is time for. */
  private int inTime() {
    int all = passages.size();
    int count = (int) Math.clamp(Math.ceil(all * budget.generationPart()), 1, all);
    if (count < all) {
      log.shortened(
          STAGE, Effect.CONTEXT_SHRUNK, "time was left for " + count + " of " + all + " passages");
    }
    return count;
  }

  /** By the other model, whose time says nothing of the default one's. */
  private boolean writeInstead() {
    try {
      log.runUnobserved(STAGE, report -> writeFitting(config.fallbackModel(), passages, report));
      return true;
    } catch (Failure failure) {
      if (!draft.isBegun()) {
        throw failure;
      }
      return broken(failure);
    }
  }

  /** What was written is all there is, unless proof is demanded that it does not have. */
  private boolean broken(Failure failure) {
    if (draft.lacksProof()) {
      throw failure;
    }
    log.mask(STAGE, failure, Effect.EFFECT_UNSPECIFIED);
    return false;
  }

  /** Writes from as many passages as the model's context has room for, found by halving. */
  private StageReport.Builder writeFitting(
      String model, List<Ranked> given, StageReport.Builder report) {
    int attempts = 0;
    for (int count = given.size(); true; count /= 2) {
      report.setInputCount(count);
      try {
        attempts += generate(model, given, count);
        return report.mergeFrom(draft.completed().getStageReport()).setAttemptCount(attempts);
      } catch (Failure.InvalidInput refused) {
        if (!isTooLong(refused) || count == 1 || draft.isBegun()) {
          throw refused;
        }
        attempts++;
      }
    }
  }

  private static boolean isTooLong(Failure.InvalidInput refused) {
    return refused.reason().equals(Failure.InvalidInput.CONTEXT_TOO_LONG);
  }

  /** Writes from the first of the passages given. The default model must leave another its time. */
  private int generate(String model, List<Ranked> given, int count) {
    GenerateRequest prompt = Prompt.of(plan, model, given.subList(0, count));
    boolean last = !fallsBack() || !model.equals(DEFAULT);
    draft.begin();
    return generator.generate(
        prompt,
        budget.deadline(),
        last ? budget.deadline() : budget.half(),
        count == given.size() ? draft::accept : shrunk(count, given.size()));
  }

  /** Says once that passages were left out, before anything is written from the others. */
  private Consumer<GenerateEvent> shrunk(int count, int all) {
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
              "the model's context has room for " + count + " of " + all + " passages");
        }
        draft.accept(event);
      }
    };
  }
}
