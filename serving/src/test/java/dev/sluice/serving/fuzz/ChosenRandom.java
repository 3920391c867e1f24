package dev.sluice.serving.fuzz;

import java.util.Random;

/**
 * Randomness that a fuzzer steers: drawn from its bytes, few for a small choice, and nothing but
 * zeros after their end. For one thread.
 */
public final class ChosenRandom extends Random {

  private static final int BYTE = 1 << Byte.SIZE;
  private static final int SHORT = 1 << Short.SIZE;

  private final byte[] bytes;
  private int position;

  public ChosenRandom(byte[] bytes) {
    super(0);
    this.bytes = bytes.clone();
  }

  private int draw() {
    return position < bytes.length ? bytes[position++] & 0xff : 0;
  }

  @Override
  protected int next(int bits) {
    int drawn = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      drawn = drawn << Byte.SIZE | draw();
    }
    return drawn >>> (Integer.SIZE - bits);
  }

  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("no number below " + bound);
    }
    if (bound == 1) {
      return 0;
    }
    int drawn = bound <= BYTE ? draw() : bound <= SHORT ? draw() << Byte.SIZE | draw() : next(31);
    return drawn % bound;
  }

  @Override
  public boolean nextBoolean() {
    return (draw() & 1) == 1;
  }
}
