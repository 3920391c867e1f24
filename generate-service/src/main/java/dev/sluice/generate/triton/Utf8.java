package dev.sluice.generate.triton;

import com.google.protobuf.ByteString;

/** Where characters end in UTF-8. */
final class Utf8 {

  private static final int MOST_CONTINUATIONS = 3;

  private Utf8() {}

  /** How many of the bytes are left when a character that lacks its last bytes is taken off. */
  static int wholeCharacters(ByteString bytes) {
    int size = bytes.size();
    for (int i = 1; i <= Math.min(size, MOST_CONTINUATIONS); i++) {
      int length = characterLength(bytes.byteAt(size - i));
      if (length > 0) {
        return length > i ? size - i : size;
      }
    }
    return size;
  }

  /** Bytes of the character that begins with this one; 0 for a byte that begins none. */
  private static int characterLength(byte first) {
    int ones = Integer.numberOfLeadingZeros(~(first << 24));
    return switch (ones) {
      case 0 -> 1;
      case 2, 3, 4 -> ones;
      default -> 0;
    };
  }
}
