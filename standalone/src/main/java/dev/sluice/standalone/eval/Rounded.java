package dev.sluice.standalone.eval;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Scores with six decimals, as reports have them. */
final class Rounded {

  private Rounded() {}

  static double of(double value) {
    return BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN).doubleValue();
  }
}
