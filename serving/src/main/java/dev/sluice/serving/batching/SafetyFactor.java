package dev.sluice.serving.batching;

/**
 * By how much predictions of the time in the queue are stretched: grows with each admitted request
 * that was late, shrinks with each that was not, and rests where one in a hundred is late.
 */
final class SafetyFactor {

  private static final double STEP = 0.02;
  private static final double LATE_TARGET = 0.01;
  private static final double MOST = 3;

  private double value = 1.2;

  double value() {
    return value;
  }

  void observe(boolean late) {
    value = Math.clamp(value + STEP * ((late ? 1 : 0) - LATE_TARGET), 1, MOST);
  }
}
