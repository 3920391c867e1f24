package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import io.grpc.Deadline;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds passages of a collection: embeds the query, asks the store by words and by meaning, fuses.
 */
public final class StoredRetrieval {

  private final QueryEmbedding embedding;
  private final StoreLegs legs;
  private final DocumentStore store;

  public StoredRetrieval(QueryEmbedding embedding, DocumentStore store) {
    this.embedding = embedding;
    this.legs = new StoreLegs(store);
    this.store = store;
  }

  List<Ranked> find(SearchPlan plan, CollectionKey key, CallBudget budget, StageLog log) {
    CollectionInfo collection = store.collection(key, budget.deadline());
    if (plan.filter() != null) {
      plan.filter().check(collection.metadataTypes());
    }
    float[] vector = plan.dense() ? embed(plan, collection, budget, log) : null;
    return Fusion.rank(legs.retrieve(plan, key, vector, budget, log), plan.weights());
  }

  /** The query's vector; null when the search goes on without. */
  private float @Nullable [] embed(
      SearchPlan plan, CollectionInfo collection, CallBudget budget, StageLog log) {
    Optional<Deadline> slice = budget.slice(Stage.EMBED);
    if (slice.isEmpty()) {
      log.skippedNarrowing(Stage.EMBED, Effect.LEXICAL_ONLY);
      return null;
    }
    try {
      return embedding.embed(plan, collection, slice.get(), log);
    } catch (Failure failure) {
      if (budget.spent() || plan.policies().isRequired(Stage.EMBED)) {
        throw failure;
      }
      log.narrow(Stage.EMBED, failure, Effect.LEXICAL_ONLY);
      return null;
    }
  }
}
