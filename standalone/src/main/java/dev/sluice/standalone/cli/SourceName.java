package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.SearchResult;
import java.util.ArrayList;
import java.util.List;

/** Where a passage stands: its document, and its headings or else the document's title. */
final class SourceName {

  private SourceName() {}

  static String of(SearchResult result) {
    List<String> parts = new ArrayList<>();
    parts.add(result.getDocumentId());
    if (result.getHeadingsCount() > 0) {
      parts.add(String.join(" > ", result.getHeadingsList()));
    } else if (!result.getTitle().isEmpty() && !result.getTitle().equals(result.getDocumentId())) {
      parts.add(result.getTitle());
    }
    return String.join("  ", parts);
  }
}
