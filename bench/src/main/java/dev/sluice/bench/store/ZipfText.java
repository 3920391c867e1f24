package dev.sluice.bench.store;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts of made up words, the n-th of which is n times as rare as the first. */
final class ZipfText {

  private static final int VOCABULARY = 30_000;

  /** Words so frequent that nobody searches for them. */
  private static final int FREQUENT = 100;

  private static final double[] CUMULATIVE = cumulative();

  private ZipfText() {}

  private static double[] cumulative() {
    double[] sums = new double[VOCABULARY];
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      sum += 1.0 / (1 + i);
      sums[i] = sum;
    }
    return sums;
  }

  private static int word(Random random) {
    int found = Arrays.binarySearch(CUMULATIVE, random.nextDouble() * CUMULATIVE[VOCABULARY - 1]);
    return Math.min(VOCABULARY - 1, found < 0 ? -found - 1 : found);
  }

  static String passage(Random random, int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> "word" + word(random))
        .collect(Collectors.joining(" "));
  }

  static String query(Random random, int words) {
    return IntStream.generate(() -> word(random))
        .filter(word -> word >= FREQUENT)
        .limit(words)
        .mapToObj(word -> "word" + word)
        .collect(Collectors.joining(" "));
  }
}
