package dev.sluice.gateway;

import dev.sluice.embed.v1.FloatVector;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Models of the simplest kind: a text is the bag of its words. */
final class Words {

  static final int DIMENSION = 64;

  private Words() {}

  static List<String> of(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("\\W+")).stream()
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** The share of the query's words in a text. */
  static double share(String query, String text) {
    List<String> wanted = of(query);
    List<String> present = of(text);
    return (double) wanted.stream().filter(present::contains).count() / Math.max(1, wanted.size());
  }

  /** Of length 1. */
  static FloatVector vector(String text) {
    double[] sums = new double[DIMENSION];
    sums[0] = 0.1;
    of(text).forEach(word -> sums[Math.floorMod(word.hashCode(), DIMENSION)]++);
    double length =
        Math.sqrt(IntStream.range(0, DIMENSION).mapToDouble(i -> sums[i] * sums[i]).sum());
    FloatVector.Builder vector = FloatVector.newBuilder();
    for (double sum : sums) {
      vector.addValues((float) (sum / length));
    }
    return vector.build();
  }
}
