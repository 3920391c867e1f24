package dev.sluice.standalone.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text that every part of the system can hold: bytes that are not UTF-8, lone surrogates and NULs
 * are replaced by U+FFFD.
 *
 * @param repaired whether anything was replaced
 */
record UnicodeText(String value, boolean repaired) {

  private static final char REPLACEMENT = '\uFFFD';

  /** Reads bytes as UTF-8, or as UTF-16 when they begin with its byte order mark. */
  static UnicodeText decode(byte[] bytes) {
    return switch (mark(bytes)) {
      case UTF_8 -> decode(bytes, 3, StandardCharsets.UTF_8);
      case UTF_16_BIG -> decode(bytes, 2, StandardCharsets.UTF_16BE);
      case UTF_16_LITTLE -> decode(bytes, 2, StandardCharsets.UTF_16LE);
      case NONE -> decode(bytes, 0, StandardCharsets.UTF_8);
    };
  }

  private static UnicodeText decode(byte[] bytes, int from, Charset charset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, bytes.length - from);
    try {
      return clean(charset.newDecoder().decode(buffer).toString());
    } catch (java.nio.charset.CharacterCodingException e) {
      return new UnicodeText(clean(replace(bytes, from, charset)).value(), true);
    }
  }

  private static String replace(byte[] bytes, int from, Charset charset) {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE)
          .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
          .toString();
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new AssertionError("a replacing decoder does not fail", e);
    }
  }

  /** The text without lone surrogates and NULs. */
  static UnicodeText clean(String text) {
    StringBuilder cleaned = null;
    for (int i = 0; i < text.length(); i++) {
      if (isBroken(text, i)) {
        cleaned = cleaned == null ? new StringBuilder(text) : cleaned;
        cleaned.setCharAt(i, REPLACEMENT);
      }
    }
    return cleaned == null
        ? new UnicodeText(text, false)
        : new UnicodeText(cleaned.toString(), true);
  }

  private static boolean isBroken(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
    return c == 0;
  }

  /** The text cut to a number of characters, never inside one. */
  static String first(String text, int characters) {
    return text.codePointCount(0, text.length()) <= characters
        ? text
        : text.substring(0, text.offsetByCodePoints(0, characters));
  }

  /** The byte order mark that bytes begin with. */
  static Mark mark(byte[] bytes) {
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      return Mark.UTF_8;
    }
    if (startsWith(bytes, 0xFE, 0xFF)) {
      return Mark.UTF_16_BIG;
    }
    return startsWith(bytes, 0xFF, 0xFE) ? Mark.UTF_16_LITTLE : Mark.NONE;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  enum Mark {
    NONE,
    UTF_8,
    UTF_16_BIG,
    UTF_16_LITTLE
  }
}
