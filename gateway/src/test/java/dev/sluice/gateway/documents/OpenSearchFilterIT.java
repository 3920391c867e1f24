package dev.sluice.gateway.documents;

/** Filters mean the same on a real node. */
class OpenSearchFilterIT extends DocumentFilterContract {

  private final String prefix = SharedNode.prefix();

  @Override
  DocumentStore open() {
    return SharedNode.open(prefix, 1);
  }
}
