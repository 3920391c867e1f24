package dev.sluice.bench.soak;

/**
 * What is measured of a process, and by how much it may seem to grow in the later half of a soak:
 * the larger of a part of its size and of an amount, which is what caches that fill and threads
 * that come and go make of it.
 */
public enum Figure {
  HEAP_MIB(0.10, 8),
  DIRECT_MIB(0.10, 8),
  THREADS(0.05, 4),
  DESCRIPTORS(0.05, 6),
  SERIES(0.01, 4),
  QUEUED(0, 0);

  private final double part;
  private final double amount;

  Figure(double part, double amount) {
    this.part = part;
    this.amount = amount;
  }

  /** How much it may grow, with such a size. */
  double tolerance(double size) {
    return Math.max(part * size, amount);
  }
}
