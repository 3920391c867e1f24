package dev.sluice.bench.batching;

import java.util.function.DoublePredicate;

/** Finds the largest load that a server carries, to within 6 %, by trying loads. */
final class Capacity {

  private static final double LEAST = 0.01;
  private static final double MOST = 2;
  private static final double STEP = 1.6;
  private static final int HALVINGS = 3;

  private Capacity() {}

  /**
   * @param carries whether a load is carried; taken as falling
   * @param guess where to begin
   * @return the largest load that was carried; 0 when even the least was not
   */
  static double of(DoublePredicate carries, double guess) {
    double low = Math.clamp(guess, LEAST, MOST);
    double high = low * STEP;
    if (carries.test(low)) {
      while (high < MOST && carries.test(high)) {
        low = high;
        high *= STEP;
      }
    } else {
      do {
        high = low;
        low /= STEP;
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
    for (int i = 0; i < HALVINGS; i++) {
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
