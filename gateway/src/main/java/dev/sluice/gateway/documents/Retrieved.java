package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Unavailable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a retrieval found.
 *
 * @param missing why it may lack passages, when parts of the storage did not answer
 */
public record Retrieved(List<Candidate> candidates, @Nullable Unavailable missing) {

  /** The reason of {@link Unavailable} for some parts, shards, of a store. */
  public static final String PARTIAL_SHARDS = "PARTIAL_SHARDS";

  /** From all parts. */
  public static Retrieved whole(List<Candidate> candidates) {
    return new Retrieved(candidates, null);
  }
}
