package dev.sluice.serving.batching.simulation;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One class of the requests of a workload.
 *
 * @param share of all requests
 * @param slo nanoseconds from arrival to deadline
 * @param bulk whether it is sent with bulk priority
 */
public record Kind(String name, double share, long slo, boolean bulk, Content content) {

  /** Draws the lengths of a request's items. */
  @FunctionalInterface
  public interface Content {

    List<Integer> next(RandomGenerator random);

    static Content one(Lengths text) {
      return random -> List.of(text.next(random));
    }

    /** From {@code least} to {@code most} texts. */
    static Content several(int least, int most, Lengths text) {
      return random -> {
        Integer[] lengths = new Integer[random.nextInt(least, most + 1)];
        for (int i = 0; i < lengths.length; i++) {
          lengths[i] = text.next(random);
        }
        return List.of(lengths);
      };
    }

    /** From 10 to 32 texts, each read together with one query. */
    static Content pairs(Lengths query, Lengths text) {
      return random -> {
        int shared = query.next(random) - 1; // both bring the model's first token
        return several(10, 32, each -> Math.min(shared + text.next(each), Lengths.MOST))
            .next(random);
      };
    }
  }
}
