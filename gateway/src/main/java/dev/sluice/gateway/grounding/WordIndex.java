package dev.sluice.gateway.grounding;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The words of a text, and at which places each of them stands. */
record WordIndex(Words words, Map<String, int[]> places) {

  private static final int[] NO_PLACES = {};

  static WordIndex of(Words words) {
    Map<String, Integer> counts = new HashMap<>();
    words.words().forEach(word -> counts.merge(word, 1, Integer::sum));
    Map<String, int[]> places = new HashMap<>();
    counts.forEach((word, count) -> places.put(word, new int[count]));
    for (int i = words.count() - 1; i >= 0; i--) {
      String word = words.word(i);
      int left = counts.merge(word, -1, Integer::sum);
      placesOf(word, places)[left] = i;
    }
    return new WordIndex(words, places);
  }

  private static int[] placesOf(String word, Map<String, int[]> places) {
    return places.getOrDefault(word, NO_PLACES);
  }

  /**
   * Where words may begin of which all but a few must be equal: where one of the rarest of them
   * stands, of which at least one is equal.
   *
   * @param different how many may differ
   * @param effort spent on every such place; what is found is not complete when it is spent
   */
  BitSet beginnings(Words wanted, int different, Effort effort) {
    int[] rarest =
        IntStream.range(0, wanted.count())
            .boxed()
            .sorted(Comparator.comparingInt(i -> placesOf(wanted.word(i), places).length))
            .limit(different + 1L)
            .mapToInt(i -> i)
            .toArray();
    BitSet beginnings = new BitSet();
    for (int i : rarest) {
      int[] starts = placesOf(wanted.word(i), places);
      if (!effort.spend(starts.length)) {
        return beginnings;
      }
      Arrays.stream(starts)
          .map(place -> place - i)
          .filter(start -> start >= 0 && start + wanted.count() <= words.count())
          .forEach(beginnings::set);
    }
    return beginnings;
  }
}
