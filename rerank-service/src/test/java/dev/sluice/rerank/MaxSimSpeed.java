package dev.sluice.rerank;

import java.util.Random;
import java.util.stream.IntStream;

/** Prints how long MaxSim takes: 20 query tokens, 50 passages of 200 tokens, 384 dimensions. */
final class MaxSimSpeed {

  private static final int DIMENSION = 384;
  private static final int ROUNDS = 20;

  private MaxSimSpeed() {}

  public static void main(String[] arguments) {
    Random random = new Random(1);
    QueryMatrix query =
        QueryMatrix.of(
            Matrices.random(random, 20, DIMENSION), DIMENSION, IntStream.range(0, 20).toArray());
    var passages =
        IntStream.range(0, 50)
            .mapToObj(i ->
                TokenMatrix.of(
                    Matrices.random(random, 200, DIMENSION), DIMENSION, Matrices.plain(200)))
            .toList();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      double sum = passages.stream().mapToDouble(passage -> passage.maxSim(query)).sum();
      System.out.printf(
          "%.2f ms for 50 passages (sum %.4f)%n", (System.nanoTime() - start) / 1e6, sum);
    }
  }
}
