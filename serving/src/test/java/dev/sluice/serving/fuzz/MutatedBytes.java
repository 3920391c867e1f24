package dev.sluice.serving.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes as a broken or hostile sender does: a few of some kinds of change, one by one. */
public final class MutatedBytes {

  private static final byte[] ODD = {
    0,
    1,
    2,
    7,
    8,
    0x0a,
    0x0d,
    0x20,
    0x22,
    0x2c,
    0x30,
    0x3a,
    0x5b,
    0x5c,
    0x7b,
    0x7d,
    0x7f,
    (byte) 0x80,
    (byte) 0xc0,
    (byte) 0xed,
    (byte) 0xf4,
    (byte) 0xff
  };
  private static final int[] LENGTHS = {
    0, 1, -1, 4, 255, 256, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final int LONGEST = 1 << 16;

  private MutatedBytes() {}

  /** Other bytes; now and then the same. */
  public static byte[] of(Random random, byte[] original) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = once(random, bytes);
    }
    return bytes;
  }

  private static byte[] once(Random random, byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int length = random.nextInt(Math.min(bytes.length - at, 64) + 1);
    return switch (random.nextInt(8)) {
      case 0 -> with(bytes, at, (byte) (1 << random.nextInt(Byte.SIZE)), true);
      case 1 -> with(bytes, at, ODD[random.nextInt(ODD.length)], false);
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> spliced(bytes, at, at + length, new byte[0]);
      case 4 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      case 5 -> spliced(bytes, at, at, noise(random, 1 + random.nextInt(8)));
      case 6 -> spliced(bytes, at, Math.min(bytes.length, at + 4), length(random));
      default -> {
        int from = random.nextInt(bytes.length + 1);
        int to = from + random.nextInt(bytes.length - from + 1);
        yield spliced(bytes, at, at, Arrays.copyOfRange(bytes, from, to));
      }
    };
  }

  private static byte[] with(byte[] bytes, int at, byte value, boolean flip) {
    if (at < bytes.length) {
      bytes[at] = flip ? (byte) (bytes[at] ^ value) : value;
    }
    return bytes;
  }

  private static byte[] noise(Random random, int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /** Little-endian, as the lengths of texts in tensors are. */
  private static byte[] length(Random random) {
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    return new byte[] {
      (byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)
    };
  }

  private static byte[] spliced(byte[] bytes, int start, int end, byte[] between) {
    if (bytes.length + between.length > LONGEST) {
      return bytes;
    }
    byte[] spliced = new byte[bytes.length - (end - start) + between.length];
    System.arraycopy(bytes, 0, spliced, 0, start);
    System.arraycopy(between, 0, spliced, start, between.length);
    System.arraycopy(bytes, end, spliced, start + between.length, bytes.length - end);
    return spliced;
  }
}
