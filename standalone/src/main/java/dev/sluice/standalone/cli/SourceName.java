package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.SearchResult;

/** Where a passage stands: its document, and its headings or else the document's title. */
final class SourceName {

  private SourceName() {}

  static String of(SearchResult result) {
    String id = result.getDocumentId();
    if (result.getHeadingsCount() > 0) {
      return id + " (" + String.join(" > ", result.getHeadingsList()) + ")";
    }
    boolean named = !result.getTitle().isEmpty() && !result.getTitle().equals(id);
    return named ? id + " (" + result.getTitle() + ")" : id;
  }
}
