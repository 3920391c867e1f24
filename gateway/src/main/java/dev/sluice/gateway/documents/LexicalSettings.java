package dev.sluice.gateway.documents;

/**
 * How words are scored.
 *
 * @param k1 BM25: how soon more of the same word stops to matter
 * @param b BM25: how much long passages are held back, from 0 to 1
 * @param maxQueryTerms distinct words of a query that are searched; further ones are ignored
 */
public record LexicalSettings(float k1, float b, int maxQueryTerms) {

  public static final LexicalSettings DEFAULT = new LexicalSettings(1.2f, 0.75f, 1000);
}
