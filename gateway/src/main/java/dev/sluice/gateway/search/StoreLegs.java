package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.Retrieved;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import io.grpc.Deadline;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The retrieve stage in a store. When it fails by words and by meaning at once, each of the two is
 * tried alone, since only one of them may be broken; what that finds is reported as such.
 */
final class StoreLegs {

  private static final Stage STAGE = Stage.RETRIEVE;

  private final DocumentStore store;

  StoreLegs(DocumentStore store) {
    this.store = store;
  }

  List<Candidate> retrieve(
      SearchPlan plan,
      CollectionKey key,
      float @Nullable [] vector,
      CallBudget budget,
      StageLog log) {
    Retrieved retrieved = legs(plan, key, vector, budget, log);
    if (retrieved.missing() != null) {
      log.narrow(STAGE, retrieved.missing(), Effect.FEWER_CANDIDATES);
    }
    return retrieved.candidates();
  }

  private Retrieved legs(
      SearchPlan plan,
      CollectionKey key,
      float @Nullable [] vector,
      CallBudget budget,
      StageLog log) {
    String text = plan.lexical() ? plan.query() : null;
    int most = plan.candidatesPerLeg();
    var both = new Retrieval(text, vector, most, plan.allowed());
    boolean whole = plan.policies().isRequired(STAGE);
    if (text == null || vector == null || whole) {
      return find(plan, key, both, whole, budget.deadline(), log);
    }
    try {
      return find(plan, key, both, false, budget.half(), log);
    } catch (Failure failure) {
      if (budget.spent() || Masking.reason(failure).isEmpty()) {
        throw failure;
      }
      Retrieval byMeaning = Retrieval.dense(vector, most).among(plan.allowed());
      Retrieval byWords = Retrieval.lexical(text, most).among(plan.allowed());
      return oneLeg(plan, key, byMeaning, budget.half(), log)
          .map(found -> reported(found, failure, Effect.DENSE_ONLY, log))
          .or(() ->
              oneLeg(plan, key, byWords, budget.deadline(), log)
                  .map(found -> reported(found, failure, Effect.LEXICAL_ONLY, log)))
          .orElseThrow(() -> failure);
    }
  }

  private static Retrieved reported(Retrieved found, Failure failure, Effect effect, StageLog log) {
    log.narrow(STAGE, failure, effect);
    return found;
  }

  /** Empty when it fails too, or finds nothing: a failed retrieval is never an empty one. */
  private Optional<Retrieved> oneLeg(
      SearchPlan plan, CollectionKey key, Retrieval retrieval, Deadline deadline, StageLog log) {
    try {
      return Optional.of(find(plan, key, retrieval, false, deadline, log))
          .filter(found -> !found.candidates().isEmpty());
    } catch (Failure failure) {
      return Optional.empty();
    }
  }

  /**
   * @param whole whether a part of the store that does not answer is a failure; always when a write
   *     must be seen, which may be there
   */
  private Retrieved find(
      SearchPlan plan,
      CollectionKey key,
      Retrieval retrieval,
      boolean whole,
      Deadline deadline,
      StageLog log) {
    return log.run(
        STAGE,
        report -> {
          report.setAttemptCount(1).setInputCount(1);
          Retrieved found =
              whole || plan.after() != null
                  ? Retrieved.whole(retrieve(plan, key, retrieval, deadline))
                  : store.retrieveAvailable(key, retrieval, deadline);
          report.setOutputCount(found.candidates().size());
          return found;
        });
  }

  private List<Candidate> retrieve(
      SearchPlan plan, CollectionKey key, Retrieval retrieval, Deadline deadline) {
    return store.readAfter(
        key, plan.after(), deadline, () -> store.retrieve(key, retrieval, deadline));
  }
}
