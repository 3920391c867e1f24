package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * What to find.
 *
 * @param text searched by its words; no lexical leg without it
 * @param vector of length 1, searched by nearness; no dense leg without it
 * @param candidatesPerLeg the most passages that one leg finds, at least 1
 * @param filter passages of which documents; of all without it
 */
@SuppressWarnings("ArrayRecordComponent") // a query, never compared
public record Retrieval(
    @Nullable String text,
    float @Nullable [] vector,
    int candidatesPerLeg,
    @Nullable Filter filter) {

  public Retrieval {
    if (candidatesPerLeg < 1) {
      throw new IllegalArgumentException("candidatesPerLeg must be at least 1");
    }
  }

  /** By words alone. */
  public static Retrieval lexical(String text, int candidates) {
    return new Retrieval(text, null, candidates, null);
  }

  /** By nearness alone. */
  public static Retrieval dense(float[] vector, int candidates) {
    return new Retrieval(null, vector, candidates, null);
  }

  /** By both. */
  public static Retrieval hybrid(String text, float[] vector, int candidatesPerLeg) {
    return new Retrieval(text, vector, candidatesPerLeg, null);
  }

  /** The same among the documents that a filter lets pass; among all without one. */
  public Retrieval among(@Nullable Filter documents) {
    return new Retrieval(text, vector, candidatesPerLeg, documents);
  }
}
