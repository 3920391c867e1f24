package dev.sluice.serving.batching;

/**
 * Classes of lengths: steps of 8 up to 32 tokens, then steps that grow with the length, so that
 * padding inside a bucket stays below a third. Bounds are 8, 16, 24, 32, 48, 64, 80, 96, 128, 160,
 * 192, 224, 256, 320, … and go on in that manner.
 */
final class LengthBuckets {

  /** Buckets up to {@value #FINE} tokens are {@value #FINE_STEP} wide. */
  private static final int FINE = 32;

  private static final int FINE_STEP = 8;
  private static final int FINE_BUCKETS = FINE / FINE_STEP;
  private static final int MIDDLE = 96;
  private static final int MIDDLE_STEP = 16;
  private static final int MIDDLE_BUCKETS = (MIDDLE - FINE) / MIDDLE_STEP;

  /** From 96 on: 128, then four buckets for each power of two. */
  private static final int COARSE_START = 128;

  private LengthBuckets() {}

  /** The bucket of a length of at least one token. */
  static int of(int tokens) {
    if (tokens <= FINE) {
      return (tokens - 1) / FINE_STEP;
    }
    if (tokens <= MIDDLE) {
      return FINE_BUCKETS + (tokens - FINE - 1) / MIDDLE_STEP;
    }
    if (tokens <= COARSE_START) {
      return FINE_BUCKETS + MIDDLE_BUCKETS;
    }
    int power = 31 - Integer.numberOfLeadingZeros(tokens - 1);
    int quarter = (tokens - 1 - (1 << power)) >> (power - 2);
    return FINE_BUCKETS + MIDDLE_BUCKETS + 1 + 4 * (power - 7) + quarter;
  }

  /** The longest length of a bucket. */
  static int bound(int bucket) {
    if (bucket < FINE_BUCKETS) {
      return (bucket + 1) * FINE_STEP;
    }
    if (bucket < FINE_BUCKETS + MIDDLE_BUCKETS) {
      return FINE + (bucket - FINE_BUCKETS + 1) * MIDDLE_STEP;
    }
    int coarse = bucket - FINE_BUCKETS - MIDDLE_BUCKETS;
    if (coarse == 0) {
      return COARSE_START;
    }
    int power = 7 + (coarse - 1) / 4;
    return (1 << power) + (((coarse - 1) % 4 + 1) << (power - 2));
  }
}
