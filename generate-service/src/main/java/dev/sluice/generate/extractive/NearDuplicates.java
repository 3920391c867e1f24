package dev.sluice.generate.extractive;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * Whether two sentences say the same. They must have the same numbers; then the same words, one
 * sentence inside the other, or mostly the same words with nearly the same vector. (A vector alone
 * does not tell the names of two metrics apart.)
 */
final class NearDuplicates {

  private static final double SHARED_WORDS = .6;
  private static final double SAME_MEANING = .95;

  private NearDuplicates() {}

  /**
   * @param cosine of the sentences' own vectors; asked for only when the words leave it open
   */
  static boolean areSame(String a, String b, DoubleSupplier cosine) {
    if (!Words.numbers(a).equals(Words.numbers(b))) {
      return false;
    }
    List<String> first = Words.of(a);
    List<String> second = Words.of(b);
    return contains(first, second)
        || contains(second, first)
        || (jaccard(first, second) >= SHARED_WORDS && cosine.getAsDouble() >= SAME_MEANING);
  }

  private static boolean contains(List<String> whole, List<String> part) {
    return Collections.indexOfSubList(whole, part) >= 0;
  }

  private static double jaccard(List<String> a, List<String> b) {
    Set<String> union = new HashSet<>(a);
    union.addAll(b);
    Set<String> shared = new HashSet<>(a);
    shared.retainAll(new HashSet<>(b));
    return union.isEmpty() ? 0 : (double) shared.size() / union.size();
  }
}
