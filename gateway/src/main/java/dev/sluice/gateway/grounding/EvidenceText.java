package dev.sluice.gateway.grounding;

import dev.sluice.gateway.documents.Passage;

/**
 * A text that quotes are looked for in: a passage, or a whole document.
 *
 * @param documentVersion empty when the document is not stored
 * @param chunkId empty when it is a whole document
 * @param start where the text begins in its document, in UTF-16 code units
 * @param startUtf8 the same in bytes of UTF-8
 */
public record EvidenceText(
    String documentId,
    String documentVersion,
    String chunkId,
    String text,
    int start,
    int startUtf8) {

  static EvidenceText whole(String documentId, String documentVersion, String text) {
    return new EvidenceText(documentId, documentVersion, "", text, 0, 0);
  }

  /** A passage of a stored document. */
  public static EvidenceText of(Passage passage) {
    return new EvidenceText(
        passage.documentId(),
        passage.documentVersion(),
        passage.chunkId(),
        passage.text(),
        passage.start(),
        passage.startUtf8());
  }
}
