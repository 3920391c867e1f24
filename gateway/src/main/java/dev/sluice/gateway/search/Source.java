package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.v1.Document;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import java.util.List;

/** Where the passages of a search come from. */
public sealed interface Source {

  /** Sources of one name take about as long as each other; from a closed set. */
  String name();

  /** A collection of the store. */
  record Stored(CollectionKey key) implements Source {
    @Override
    public String name() {
      return "collection";
    }
  }

  /** A data source of somebody else's, by its configured name. */
  record External(String dataSource) implements Source {
    @Override
    public String name() {
      return "data source " + dataSource;
    }
  }

  /** Documents that came with the request. */
  record Sent(List<Document> documents) implements Source {
    @Override
    public String name() {
      return "documents";
    }
  }

  /**
   * What a request names.
   *
   * @throws Failure.InvalidInput when it names none or several
   */
  static Source of(Caller caller, String collection, String dataSource, List<Document> documents) {
    if (documents.isEmpty() && collection.isEmpty() == dataSource.isEmpty()) {
      throw new Failure.InvalidInput(
          "collection",
          collection.isEmpty()
              ? "name a collection, or a data source instead"
              : "name a collection or a data source, not both");
    }
    if (!documents.isEmpty() && !(collection.isEmpty() && dataSource.isEmpty())) {
      throw new Failure.InvalidInput(
          "documents", "are sent instead of naming a collection or a data source, not besides");
    }
    if (!documents.isEmpty()) {
      return new Sent(documents);
    }
    return dataSource.isEmpty()
        ? new Stored(CollectionKey.of(caller, collection))
        : new External(dataSource);
  }
}
