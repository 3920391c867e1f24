package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.Passage;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.Span;

/** Passages as callers see them. */
public final class Results {

  private Results() {}

  /** With its span in UTF-16 code units. */
  public static SearchResult of(Ranked ranked) {
    Passage passage = ranked.passage();
    return SearchResult.newBuilder()
        .setDocumentId(passage.documentId())
        .setDocumentVersion(passage.documentVersion())
        .setChunkId(passage.chunkId())
        .setTitle(passage.title())
        .addAllHeadings(passage.headings())
        .setText(passage.text())
        .setSourceSpan(Span.newBuilder().setStart(passage.start()).setEnd(passage.end()))
        .addAllScores(ranked.scores())
        .setMetadata(passage.metadata())
        .build();
  }
}
