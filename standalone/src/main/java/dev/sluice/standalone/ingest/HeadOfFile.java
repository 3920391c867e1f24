package dev.sluice.standalone.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The first bytes of a file, enough to tell text from anything else. */
final class HeadOfFile {

  private static final int LENGTH = 64 << 10;

  /** A text may hold a few stray control characters; what is not text holds many. */
  private static final int TEXT_BYTES_PER_CONTROL = 20;

  private final byte[] bytes;

  private HeadOfFile(byte[] bytes) {
    this.bytes = bytes;
  }

  static HeadOfFile of(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new HeadOfFile(in.readNBytes(LENGTH));
    }
  }

  boolean looksLikeText() {
    if (UnicodeText.mark(bytes) != UnicodeText.Mark.NONE) {
      return true;
    }
    int controls = 0;
    for (byte b : bytes) {
      if (isControl(b)) {
        controls++;
      }
    }
    return controls * TEXT_BYTES_PER_CONTROL <= bytes.length;
  }

  private static boolean isControl(byte b) {
    return switch (b) {
      case '\t', '\n', '\r', '\f', '\b', 0x1B -> false;
      default -> (b >= 0 && b < ' ') || b == 0x7F;
    };
  }
}
