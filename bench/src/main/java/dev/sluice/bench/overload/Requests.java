package dev.sluice.bench.overload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Requests as bytes, each of a query of its own, in an order that the seed gives. */
final class Requests {

  /** Passages that a call takes along, where its kind does. */
  private static final int PASSAGES = 10;

  private final List<byte[]> all;

  private Requests(List<byte[]> all) {
    this.all = all;
  }

  static Requests of(CallKind kind, List<String> queries, List<String> passages, long seed) {
    Random random = new Random(seed);
    List<String> shuffled = new ArrayList<>(queries);
    Collections.shuffle(shuffled, random);
    List<byte[]> all = new ArrayList<>(shuffled.size());
    for (String query : shuffled) {
      List<String> taken =
          random.ints(PASSAGES, 0, passages.size()).mapToObj(passages::get).toList();
      all.add(kind.request(query, taken).toByteArray());
    }
    return new Requests(all);
  }

  /** The same again after all were taken, which is after some thousands. */
  byte[] get(int number) {
    return all.get(number % all.size());
  }
}
