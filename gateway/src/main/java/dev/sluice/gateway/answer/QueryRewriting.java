package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StageReport;
import io.grpc.Deadline;
import java.util.Optional;

/**
 * The rewrite stage: a language model makes a question that can be searched for without the
 * conversation before it.
 */
final class QueryRewriting {

  private static final Stage STAGE = Stage.REWRITE;

  private final GenerateUpstream generator;
  private final AnswerConfig config;

  QueryRewriting(GenerateUpstream generator, AnswerConfig config) {
    this.generator = generator;
    this.config = config;
  }

  /** What to search for: the question as it came where it is not to be rewritten, or cannot. */
  String query(AnswerPlan plan, CallBudget budget, StageLog log) {
    if (plan.search().policies().isOff(STAGE)) {
      return plan.question();
    }
    Optional<Deadline> slice = budget.slice(STAGE, config.rewriteTimeout());
    if (slice.isEmpty()) {
      log.skipped(STAGE, Effect.REWRITE_SKIPPED);
      return plan.question();
    }
    try {
      return log.run(STAGE, report -> rewrite(plan, slice.get(), report));
    } catch (Failure failure) {
      if (budget.spent() || plan.isRequired(STAGE)) {
        throw failure;
      }
      report(failure, log);
      return plan.question();
    }
  }

  private static void report(Failure failure, StageLog log) {
    boolean tooLong =
        failure instanceof Failure.InvalidInput input
            && input.reason().equals(Failure.InvalidInput.CONTEXT_TOO_LONG);
    if (tooLong) {
      log.degrade(
          STAGE,
          Reason.INPUT_TRUNCATED,
          Effect.REWRITE_SKIPPED,
          "the conversation is longer than the rewriting model's context");
    } else {
      log.mask(STAGE, failure, Effect.REWRITE_SKIPPED);
    }
  }

  private String rewrite(AnswerPlan plan, Deadline deadline, StageReport.Builder report) {
    report.setInputCount(plan.request().getMessagesCount());
    var rewritten = new Rewritten();
    int attempts =
        generator.generate(
            RewritePrompt.of(plan, config.rewriteModel()), deadline, rewritten::accept);
    report.mergeFrom(rewritten.completed.getStageReport()).setAttemptCount(attempts);
    String query = rewritten.query();
    report.setOutputCount(1);
    return query;
  }

  /** What the model writes. */
  private static final class Rewritten {
    private final StringBuilder text = new StringBuilder();
    private GenerateCompleted completed = GenerateCompleted.getDefaultInstance();

    void accept(GenerateEvent event) {
      switch (event.getEventCase()) {
        case TEXT_DELTA -> {
          text.append(event.getTextDelta().getText());
          require(text.length() <= RewritePrompt.LONGEST);
        }
        case COMPLETED -> completed = event.getCompleted();
        case QUOTE, TOOL_CALL, EVENT_NOT_SET -> {} // neither was asked for
      }
    }

    /** One line, whole. */
    String query() {
      require(completed.getFinishReason() == FinishReason.STOP);
      String query = text.toString().replaceAll("\\s+", " ").strip();
      require(TextRules.readable(query));
      return query;
    }

    private static void require(boolean usable) {
      if (!usable) {
        throw new Failure.Internal("the model wrote no question that can be searched for");
      }
    }
  }
}
