package dev.sluice.serving.inference;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/** The integer types that token tensors travel in, by their names on the wire. */
public enum IntegerType {
  INT64(Long.BYTES) {
    @Override
    void put(ByteBuffer target, int at, long[] values, int count) {
      target.asLongBuffer().put(at, values, 0, count);
    }
  },
  INT32(Integer.BYTES) {
    @Override
    void put(ByteBuffer target, int at, long[] values, int count) {
      int[] narrow = new int[count];
      for (int i = 0; i < count; i++) {
        narrow[i] = (int) values[i];
      }
      target.asIntBuffer().put(at, narrow);
    }
  };

  private final int bytes;

  IntegerType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a value. */
  public int bytes() {
    return bytes;
  }

  /**
   * Writes the first {@code count} values into a buffer at position 0, from its value {@code at}.
   */
  abstract void put(ByteBuffer target, int at, long[] values, int count);

  static Optional<IntegerType> named(String name) {
    return Stream.of(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
