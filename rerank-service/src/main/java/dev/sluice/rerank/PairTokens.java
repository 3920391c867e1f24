package dev.sluice.rerank;

import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;

/**
 * Puts a query and a document into a cross-encoder's window. The query is kept whole up to half of
 * the window, the document gets the rest.
 */
final class PairTokens {

  /**
   * A query as it is paired.
   *
   * @param text what is read of it
   * @param tokens those of the text and all that the model adds to a pair
   * @param truncated whether it was cut at its end
   */
  record Query(String text, int tokens, boolean truncated) {}

  private final Tokenizer tokenizer;
  private final int maxTokens;

  PairTokens(Tokenizer tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  Query query(String text) {
    TokenSequence kept = tokenizer.encode(text, maxTokens / 2, Truncation.END);
    String read = kept.truncated() ? text.substring(0, end(kept)) : text;
    int tokens = tokenizer.encodePair(read, "", Integer.MAX_VALUE).length();
    return new Query(read, tokens, kept.truncated());
  }

  private static int end(TokenSequence tokens) {
    int end = 0;
    for (int position : tokens.ends()) {
      end = Math.max(end, position);
    }
    return end;
  }

  /** Both together; says truncated when the document was cut. */
  TokenSequence pair(Query query, String document, int maxTokensPerDocument) {
    int most = query.tokens() + room(query, maxTokensPerDocument);
    return tokenizer.encodePair(query.text(), document, most);
  }

  /** The fewest tokens that both can have together. */
  int least(Query query, String document, int maxTokensPerDocument) {
    return query.tokens() + Math.min(Tokenizer.least(document), room(query, maxTokensPerDocument));
  }

  private int room(Query query, int maxTokensPerDocument) {
    int room = Math.max(maxTokens - query.tokens(), 0);
    return maxTokensPerDocument == 0 ? room : Math.min(room, maxTokensPerDocument);
  }
}
