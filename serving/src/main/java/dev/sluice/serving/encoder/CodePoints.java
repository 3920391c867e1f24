package dev.sluice.serving.encoder;

/**
 * Converts offsets counted in Unicode code points, as the tokenizer gives them, to UTF-16 code
 * units.
 */
final class CodePoints {

  private final String text;
  private final boolean plain;
  private int codePoint;
  private int unit;

  CodePoints(String text) {
    this.text = text;
    this.plain = text.chars().noneMatch(unit -> Character.isSurrogate((char) unit));
  }

  /** Fast for offsets that mostly grow. */
  int utf16(int offset) {
    if (plain) {
      return offset;
    }
    if (offset < codePoint) {
      codePoint = 0;
      unit = 0;
    }
    while (codePoint < offset && unit < text.length()) {
      unit += Character.charCount(text.codePointAt(unit));
      codePoint++;
    }
    return unit;
  }
}
