package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.SentDocuments;
import dev.sluice.gateway.search.SearchPlan;
import dev.sluice.gateway.search.SearchRules;
import dev.sluice.gateway.search.Source;
import dev.sluice.gateway.search.StagePolicies;
import dev.sluice.gateway.search.Threshold;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StagePolicy;
import java.util.EnumSet;
import java.util.Set;

/** Makes the plan of an answer from its request, and refuses one that contradicts itself. */
public final class AnswerPlanner {

  private static final int TOP_K = 8;

  private final AnswerConfig config;
  private final SentDocuments sent;

  public AnswerPlanner(AnswerConfig config, SentDocuments sent) {
    this.config = config;
    this.sent = sent;
  }

  /**
   * @throws Failure.InvalidInput naming the field
   * @throws Failure.Unimplemented for what is not configured here
   */
  AnswerPlan plan(AnswerRequest request) {
    String question = ConversationRules.question(request.getMessagesList());
    Caller caller = Caller.current().withPriority(request.getPriority());
    Source source =
        Source.of(
            caller, request.getCollection(), request.getDataSource(), request.getDocumentsList());
    sent.check(request.getDocumentsList());
    RetrievalMode mode = SearchRules.mode(source, request.getMode());
    StagePolicies policies = policies(request, source, mode);
    var search =
        new SearchPlan(
            source,
            caller,
            question,
            request.hasTopK() ? request.getTopK() : TOP_K,
            mode,
            policies,
            SearchPlan.RERANK_CANDIDATES,
            SearchPlan.WEIGHTS,
            request.hasScoreThreshold()
                ? SearchRules.threshold(request.getScoreThreshold(), source, mode, policies)
                : Threshold.NONE,
            SearchRules.filter(request.getFilter(), source),
            SearchRules.after(request.getConsistencyToken(), source));
    return new AnswerPlan(search, request);
  }

  private StagePolicies policies(AnswerRequest request, Source source, RetrievalMode mode) {
    var reader = new StagePolicies.Reader(request.getStagePoliciesMap());
    readRewriting(reader, request);
    SearchRules.readPolicies(reader, source, mode);
    return reader
        .stage(
            Stage.GENERATE,
            StagePolicy.OPTIONAL,
            EnumSet.of(StagePolicy.OFF),
            "there is no answer without it: search instead")
        .always(Stage.VERIFY, "every quote is checked")
        .finish();
  }

  private void readRewriting(StagePolicies.Reader reader, AnswerRequest request) {
    if (config.rewrites() && request.getMessagesCount() > 1) {
      reader.stage(Stage.REWRITE, StagePolicy.OPTIONAL, Set.of(), "");
    } else if (config.rewrites()) {
      reader.ignored(Stage.REWRITE); // a question alone needs none
    } else if (reader.isRequired(Stage.REWRITE)) {
      throw new Failure.Unimplemented(
          "stage_policies[\"rewrite\"]: no model that rewrites questions is configured here");
    } else {
      reader.ignored(Stage.REWRITE);
    }
  }
}
