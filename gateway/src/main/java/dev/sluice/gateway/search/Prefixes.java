package dev.sluice.gateway.search;

/** The beginnings of texts, without half a character at their end. */
final class Prefixes {

  private Prefixes() {}

  /** At most so many UTF-16 code units of a text. */
  static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }
}
