package dev.sluice.standalone.eval;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CallFailure;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import dev.sluice.type.v1.Priority;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;

/** Asks questions whose answers are known, and questions that have none. */
public record AnswerEvaluation(Gateway gateway, String collection, Judgements judgements) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The questions of a run. */
  public record Questions(
      List<EvalQuery> answerable, List<EvalQuery> unanswerable, List<EvalQuery> offTopic) {

    /** The first {@code limit} of each kind, in the order of the files. */
    public static Questions of(List<EvalQuery> own, List<EvalQuery> offTopic, int limit) {
      return new Questions(
          own.stream()
              .filter(query -> query.answerable().orElse(true) && !query.answers().isEmpty())
              .limit(limit)
              .toList(),
          own.stream().filter(query -> !query.answerable().orElse(true)).limit(limit).toList(),
          offTopic.stream().limit(limit).toList());
    }
  }

  /** Asks them all. */
  public AnswerReport run(Questions questions, Console console) throws InterruptedException {
    return new AnswerReport(
        new SideBySide(console, "answerable").run(questions.answerable(), this::judge),
        new SideBySide(console, "unanswerable").run(questions.unanswerable(), this::judge),
        new SideBySide(console, "off topic").run(questions.offTopic(), this::judge));
  }

  private JudgedAnswer judge(EvalQuery query) {
    return JudgedAnswer.of(ask(query), query, judgements.of(query.id()));
  }

  private AnswerResponse ask(EvalQuery query) {
    AnswerRequest request =
        AnswerRequest.newBuilder()
            .setCollection(collection)
            .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(query.text()))
            .putStagePolicies("rerank", StagePolicy.REQUIRED)
            .setPriority(Priority.BULK)
            .build();
    try {
      return gateway.answers().withDeadlineAfter(PATIENCE).answer(request);
    } catch (StatusRuntimeException e) {
      String line = CallFailure.of(e, gateway.address()).line();
      throw new CommandFailure("question " + query.id() + ": " + line, e);
    }
  }
}
