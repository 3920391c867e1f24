package dev.sluice.gateway.search;

import dev.sluice.serving.failure.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query's vector, or why there is none.
 *
 * @param values null without a dense leg
 * @param masked the failure that the search goes on without; null when there was none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QueryVector(float @Nullable [] values, @Nullable Failure masked) {

  static final QueryVector NOT_WANTED = new QueryVector(null, null);

  /**
   * A failed retrieval is never an empty retrieval: throws the masked failure when nothing is
   * found.
   */
  void requireFound(List<Ranked> ranked) {
    if (masked != null && ranked.isEmpty()) {
      throw masked;
    }
  }
}
