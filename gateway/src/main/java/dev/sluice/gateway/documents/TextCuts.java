package dev.sluice.gateway.documents;

import java.util.ArrayList;
import java.util.List;

/** Cuts text where nothing but its length says so: at white space, or else between code points. */
public final class TextCuts {

  /** How many times its wanted length a part may have to end at white space. */
  private static final int STRETCH = 4;

  private TextCuts() {}

  /** Parts of at most {@code length} units that cover the range. */
  static List<TextRange> atMost(int length, String text, TextRange range) {
    return cut(length, length, text, range);
  }

  /** About so many parts of equal length that cover the range; at least two if it has two units. */
  static List<TextRange> into(int parts, String text, TextRange range) {
    int length = Math.max(1, (range.length() + parts - 1) / parts);
    int longest = (int) Math.min((long) length * STRETCH, Math.max(1, range.length() - 1));
    return cut(length, longest, text, range);
  }

  private static List<TextRange> cut(int length, int longest, String text, TextRange range) {
    List<TextRange> parts = new ArrayList<>();
    int start = range.start();
    while (range.end() - start > length) {
      int end = border(start, length, Math.min(start + longest, range.end()), text);
      parts.add(new TextRange(start, end));
      start = end;
    }
    if (start < range.end()) {
      parts.add(new TextRange(start, range.end()));
    }
    return parts;
  }

  /** The border after the last line end near the wanted one, or white space, or a code point. */
  private static int border(int start, int length, int last, String text) {
    int wanted = start + length;
    for (int i = wanted; i > start + length / 2; i--) {
      if (text.charAt(i - 1) == '\n') {
        return i;
      }
    }
    for (int i = wanted; i > start; i--) {
      if (Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    for (int i = wanted + 1; i <= last; i++) {
      if (Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    return codePointBorder(start, wanted, text);
  }

  private static int codePointBorder(int start, int wanted, String text) {
    boolean inside =
        wanted < text.length()
            && Character.isLowSurrogate(text.charAt(wanted))
            && Character.isHighSurrogate(text.charAt(wanted - 1));
    if (!inside) {
      return wanted;
    }
    return wanted - 1 > start ? wanted - 1 : wanted + 1;
  }

  /** At most so many units of the beginning of a text, whole code points. */
  public static String prefix(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    boolean inside =
        length > 0
            && Character.isHighSurrogate(text.charAt(length - 1))
            && Character.isLowSurrogate(text.charAt(length));
    return text.substring(0, inside ? length - 1 : length);
  }
}
