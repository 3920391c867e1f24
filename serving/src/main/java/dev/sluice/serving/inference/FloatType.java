package dev.sluice.serving.inference;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/** The floating-point types of the protocol, by their names on the wire. */
public enum FloatType {
  FP32(4) {
    @Override
    void read(ByteBuffer source, float[] target) {
      source.asFloatBuffer().get(target);
    }
  },
  FP16(2) {
    @Override
    void read(ByteBuffer source, float[] target) {
      short[] halves = halves(source, target.length);
      for (int i = 0; i < target.length; i++) {
        target[i] = Float.float16ToFloat(halves[i]);
      }
    }
  },
  /** The upper half of an FP32. */
  BF16(2) {
    @Override
    void read(ByteBuffer source, float[] target) {
      short[] halves = halves(source, target.length);
      for (int i = 0; i < target.length; i++) {
        target[i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
      }
    }
  };

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a value. */
  public int bytes() {
    return bytes;
  }

  /** Fills the target from a little-endian buffer that holds at least as many values. */
  abstract void read(ByteBuffer source, float[] target);

  /** In an array, over which a loop becomes vector instructions. */
  private static short[] halves(ByteBuffer source, int count) {
    short[] halves = new short[count];
    source.asShortBuffer().get(halves);
    return halves;
  }

  static Optional<FloatType> named(String name) {
    return Stream.of(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
