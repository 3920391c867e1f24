package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.WritePosition;

/**
 * A collection as the cluster had it.
 *
 * @param id made with the collection: no other one ever has it, also none of the same name
 * @param index the cluster's own name for the index, which changes when it is restored
 * @param shards of the index, each of which counts its operations by itself
 */
record SeenCollection(CollectionInfo info, String id, String index, int shards) {

  /**
   * Where an operation stands in the history of this very index.
   *
   * @param operation as OpenSearch answers a write of a document, or a read of it
   */
  WritePosition position(JsonNode operation) {
    return new WritePosition(
        index, operation.path("_primary_term").asLong(), operation.path("_seq_no").asLong());
  }

  /** Before all operations. */
  WritePosition beginning() {
    return new WritePosition(index, 0, -1);
  }
}
