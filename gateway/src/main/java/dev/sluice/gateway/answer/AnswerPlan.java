package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.search.SearchPlan;
import dev.sluice.gateway.v1.AnswerRequest;

/** What an answer is to do: the search for its passages, and the request itself for the rest. */
record AnswerPlan(SearchPlan search, AnswerRequest request) {

  /** The last message, as it came. */
  String question() {
    return search.query();
  }

  boolean isRequired(Stage stage) {
    return search.policies().isRequired(stage);
  }
}
