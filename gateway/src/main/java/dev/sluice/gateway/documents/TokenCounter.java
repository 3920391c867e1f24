package dev.sluice.gateway.documents;

import java.util.List;

/** Tokens of each text, as {@link Embedder#countTokens} counts them. */
public interface TokenCounter {

  int[] count(List<String> texts);
}
