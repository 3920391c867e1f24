package dev.sluice.gateway.grounding;

/**
 * The places of a text in another one, first to last, also those that overlap. In time linear in
 * both, whatever they are (Knuth, Morris and Pratt). For one thread.
 */
final class Occurrences {

  /** So much of the beginning is looked for at once, where nothing matches. */
  private static final int HEAD = 8;

  private final String needle;
  private final String head;
  private final String text;
  private final int[] borders;
  private int at;
  private int matched;

  /**
   * @param needle not empty
   */
  Occurrences(String needle, String text) {
    this.needle = needle;
    this.head = needle.substring(0, Math.min(HEAD, needle.length()));
    this.text = text;
    this.borders = borders(needle);
  }

  /** How long the longest proper prefix is that ends each prefix, by the prefix's length. */
  private static int[] borders(String needle) {
    int[] borders = new int[needle.length() + 1];
    borders[0] = -1;
    int border = -1;
    for (int i = 0; i < needle.length(); i++) {
      while (border >= 0 && needle.charAt(border) != needle.charAt(i)) {
        border = borders[border];
      }
      border++;
      borders[i + 1] = border;
    }
    return borders;
  }

  /** Where the next one begins; -1 when there is none. */
  int next() {
    while (at < text.length()) {
      if (matched == 0 && !skip()) {
        return -1;
      }
      char c = text.charAt(at);
      while (matched >= 0 && needle.charAt(matched) != c) {
        matched = borders[matched];
      }
      matched++;
      at++;
      if (matched == needle.length()) {
        matched = borders[matched];
        return at - needle.length();
      }
    }
    return -1;
  }

  /** Goes on to the last character of the next place where the head stands; false: nowhere. */
  private boolean skip() {
    int place = text.indexOf(head, at);
    matched = head.length() - 1;
    at = place + matched;
    return place >= 0;
  }
}
