package dev.sluice.bench.batching;

import java.util.function.DoublePredicate;

/** Finds the largest load that a server carries, to within 12 %, by trying loads. */
final class Capacity {

  private static final double LEAST = 0.01;
  private static final double MOST = 2;
  private static final double EXACT = 1.12;

  private Capacity() {}

  /**
   * @param carries whether a load is carried; taken as falling
   * @param guess where to begin
   * @param step by what factor to go on until one load is carried and the next is not
   * @return the largest load that was carried; 0 when even the least was not
   */
  static double of(DoublePredicate carries, double guess, double step) {
    double low = Math.clamp(guess, LEAST, MOST);
    double high = low * step;
    if (carries.test(low)) {
      while (high < MOST && carries.test(high)) {
        low = high;
        high *= step;
      }
    } else {
      do {
        high = low;
        low /= step;
        if (high <= LEAST) {
          return 0;
        }
      } while (!carries.test(low));
    }
    return between(carries, low, high);
  }

  private static double between(DoublePredicate carries, double carried, double tooMuch) {
    double low = carried;
    double high = tooMuch;
    while (high / low > EXACT) {
      double middle = Math.sqrt(low * high);
      if (carries.test(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
