package dev.sluice.standalone.console;

/**
 * Text from documents and servers as a terminal may show it: without control characters, which
 * could move the cursor or change the colours, and without lone surrogates.
 */
public final class PrintableText {

  private static final int REPLACEMENT = 0xFFFD;

  private PrintableText() {}

  /** The text in one line, runs of white space and control characters as one space. */
  public static String oneLine(String text) {
    return of(text).replaceAll("\\s+", " ").strip();
  }

  /** The text with its lines and tabs, other control characters replaced. */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints().map(PrintableText::harmless).forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private static int harmless(int codePoint) {
    if (codePoint == '\n' || codePoint == '\t') {
      return codePoint;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
      case Character.SURROGATE -> REPLACEMENT;
      default -> isDirectionOverride(codePoint) ? ' ' : codePoint;
    };
  }

  /** Characters that reorder what follows them, and so can fake a line. */
  private static boolean isDirectionOverride(int codePoint) {
    return (codePoint >= 0x202A && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }
}
