package dev.sluice.gateway.grounding;

import dev.sluice.gateway.grounding.Evidence.Place;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.CitationSource;

/** Quotes that were looked for, as callers see them. */
public record Citations(Evidence evidence, Spans spans) {

  /**
   * The citation of a quote.
   *
   * @param start where the part of the text that it supports begins, in UTF-16 code units
   * @param end where that ends, exclusive
   */
  public Citation of(CharSequence text, int start, int end, String quote, Place place) {
    EvidenceText source = evidence.source(place.source());
    Found found = place.found();
    CitationSource.Builder cited =
        CitationSource.newBuilder()
            .setDocumentId(source.documentId())
            .setDocumentVersion(source.documentVersion())
            .setChunkId(source.chunkId())
            .setQuote(quote)
            .setVerification(found.verification());
    if (found.exists()) {
      cited.setSourceSpan(spans.ofDocument(source, found.start(), found.end()));
    }
    return Citation.newBuilder()
        .setAnswerSpan(spans.of(text, start, end))
        .addSources(cited)
        .build();
  }
}
