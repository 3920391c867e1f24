package dev.sluice.gateway.search;

import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.serving.failure.Failure;
import java.util.BitSet;

/**
 * What an answer of the rerank-service must be: each candidate once, with a score. Half an order
 * would take passages out of the results without a word.
 */
final class RerankContract {

  private RerankContract() {}

  /**
   * @throws Failure.Internal when the answer is anything else
   */
  static void check(RerankResponse response, int candidates) {
    BitSet places = new BitSet(candidates);
    for (RerankResult result : response.getResultsList()) {
      int index = result.getIndex();
      require(index >= 0 && index < candidates && !places.get(index));
      require(Double.isFinite(result.getRelevanceScore()));
      places.set(index);
    }
    require(places.cardinality() == candidates);
  }

  private static void require(boolean obeyed) {
    if (!obeyed) {
      throw new Failure.Internal(
          "the rerank-service answered with something else than an order of the candidates");
    }
  }
}
