package dev.sluice.serving.failure;

/** What a text must be beyond what the proto files can say. */
public final class TextRules {

  private TextRules() {}

  /**
   * @throws Failure.InvalidInput naming the field when the text has nothing to read in it
   */
  public static void requireReadable(String field, String text) {
    if (!readable(text)) {
      throw new Failure.InvalidInput(field, "must not be blank");
    }
  }

  /** Whether the text has a character other than white space and control characters. */
  public static boolean readable(String text) {
    return text.codePoints().anyMatch(TextRules::readable);
  }

  private static boolean readable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
