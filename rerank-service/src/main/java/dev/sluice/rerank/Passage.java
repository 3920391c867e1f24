package dev.sluice.rerank;

/**
 * What late interaction needs of a document; what the cache keeps.
 *
 * @param tokens the token vectors
 * @param pooled the vector of the whole, of length 1; not to be changed
 * @param truncated whether the model could not read all of it
 */
@SuppressWarnings("ArrayRecordComponent")
record Passage(TokenMatrix tokens, float[] pooled, boolean truncated) {

  /** Objects, references and the cache's own entry, roughly. */
  private static final long OVERHEAD = 320;

  /** Bytes on the heap. */
  long bytes() {
    return OVERHEAD + tokens.bytes() + (long) Float.BYTES * pooled.length;
  }
}
