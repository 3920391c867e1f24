package dev.sluice.gateway.documents;

/**
 * How much one server takes in at once.
 *
 * @param maxDocumentBytes of a document's text in UTF-8; larger ones are refused
 * @param documentsInFlight of one stream that are read but not acknowledged yet
 * @param bytesInFlight of one stream; a message larger than all of it is still taken, alone
 * @param documentsEmbedding of all streams of a tenant that are begun and not embedded yet, and of
 *     all tenants that are split or embedded at the same time
 */
record UpsertLimits(
    int maxDocumentBytes, int documentsInFlight, long bytesInFlight, int documentsEmbedding) {

  /** The usual bounds, for documents up to a size. */
  static UpsertLimits ofDocuments(int maxDocumentBytes) {
    return new UpsertLimits(maxDocumentBytes, 256, 32L << 20, 32);
  }
}
