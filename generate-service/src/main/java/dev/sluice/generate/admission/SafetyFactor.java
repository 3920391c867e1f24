package dev.sluice.generate.admission;

/**
 * What a predicted wait is multiplied by: grows with every promise broken, shrinks slowly with
 * every one kept, so that about one in twenty is broken. Between 1 and 3, 1.2 at first.
 */
final class SafetyFactor {

  private static final double STEP = 0.02;
  private static final double BROKEN = 0.05;

  private double factor = 1.2;

  void kept() {
    move(-BROKEN);
  }

  void broken() {
    move(1 - BROKEN);
  }

  private void move(double error) {
    factor = Math.clamp(factor + STEP * error, 1, 3);
  }

  double factor() {
    return factor;
  }
}
