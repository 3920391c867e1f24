package dev.sluice.gateway.documents.opensearch;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.LexicalField;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.Retrieved;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Finds passages: asks for each retrieval what the cluster has to be asked. */
final class Retrievals {

  /** Waits for changes of the cluster's state up to those as urgent as a deletion. */
  private static final Map<String, String> CHANGES_DONE = Map.of("wait_for_events", "urgent");

  private final Cluster cluster;
  private final IndexNames names;
  private final CollectionIndexes indexes;
  private final LexicalSettings settings;
  private final LexicalField lexical;

  Retrievals(
      Cluster cluster, IndexNames names, CollectionIndexes indexes, LexicalSettings settings) {
    this.cluster = cluster;
    this.names = names;
    this.indexes = indexes;
    this.settings = settings;
    this.lexical = new LexicalField(settings);
  }

  /**
   * A state of an index is bound to the nodes that gave it: when one of them is gone, the copies on
   * others are asked once more.
   *
   * @param whole whether it fails when a shard does not answer
   */
  Retrieved retrieve(CollectionKey key, Retrieval retrieval, boolean whole, Deadline deadline) {
    float[] vector = retrieval.vector();
    if (vector != null && vector.length != indexes.find(key, deadline).info().model().dimension()) {
      throw new Precondition(
          "MODEL_MISMATCH", "the query's vector is not of the collection's embedding model");
    }
    try {
      return search(key, retrieval, whole, deadline);
    } catch (Unavailable e) {
      requireExistence(key, deadline, e);
      return search(key, retrieval, whole, deadline);
    } catch (Internal e) {
      requireExistence(key, deadline, e);
      throw e;
    }
  }

  /**
   * A collection that is deleted while it is read fails in many ways, and some nodes know of its
   * end late: so this first waits for what changes the cluster's state already.
   *
   * @throws Failure {@code NotFound}, or the given one when that is not to be known
   */
  private void requireExistence(CollectionKey key, Deadline deadline, Failure failure) {
    try {
      cluster.send(Cluster.get("/_cluster/health", CHANGES_DONE), deadline);
      indexes.read(key, deadline);
    } catch (NotFound e) {
      throw e;
    } catch (Failure e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private Retrieved search(
      CollectionKey key, Retrieval retrieval, boolean whole, Deadline deadline) {
    String text = retrieval.text();
    Map<String, Integer> terms = text == null ? null : terms(text);
    double scaleOfBm25 = cluster.scaleOfBm25(settings.k1(), deadline);
    try (var state =
        PointInTime.open(cluster, names.index(key), key.collection(), whole, deadline)) {
      return new NestedRetrieval(state, retrieval, terms, scaleOfBm25).run();
    }
  }

  private Map<String, Integer> terms(String text) {
    try {
      return lexical.terms(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reads from memory", e);
    }
  }
}
