package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.search.SearchPlan;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import dev.sluice.type.v1.StagePolicy;
import java.util.Map;

/** What an answer is to do: the search for its passages, and the request itself for the rest. */
record AnswerPlan(SearchPlan search, AnswerRequest request) {

  private static final int TOP_K = 8;
  private static final int LONGEST_QUESTION = 8192;

  /**
   * @throws Failure.InvalidInput when the last message is no question
   */
  static AnswerPlan of(AnswerRequest request) {
    SearchPlan.refuseFilter(request.getFilter());
    Caller caller = Caller.current().withPriority(request.getPriority());
    var search =
        new SearchPlan(
            new CollectionKey(caller.tenant(), request.getCollection()),
            caller,
            question(request),
            request.hasTopK() ? request.getTopK() : TOP_K,
            request.getMode(),
            request.getRerank(),
            SearchPlan.RERANK_CANDIDATES,
            SearchPlan.WEIGHTS);
    return new AnswerPlan(search, request);
  }

  /** Which stages the answer has, and whether it can do without them. */
  Map<Stage, StagePolicy> policies() {
    Map<Stage, StagePolicy> policies = search.policies();
    policies.put(Stage.GENERATE, StagePolicy.REQUIRED);
    return policies;
  }

  private static String question(AnswerRequest request) {
    int last = request.getMessagesCount() - 1;
    Message message = request.getMessages(last);
    String field = "messages[" + last + "]";
    for (int i = 0; i < last; i++) {
      TextRules.requireReadable("messages[" + i + "].content", request.getMessages(i).getContent());
    }
    if (message.getRole() != Message.Role.USER) {
      throw new Failure.InvalidInput(field + ".role", "the last message must be the user's");
    }
    TextRules.requireReadable(field + ".content", message.getContent());
    if (message.getContent().codePointCount(0, message.getContent().length()) > LONGEST_QUESTION) {
      throw new Failure.InvalidInput(
          field + ".content", "a question has at most " + LONGEST_QUESTION + " characters");
    }
    return message.getContent();
  }
}
