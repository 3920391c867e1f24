package dev.sluice.standalone.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A query or a question: not blank, and Unicode text. Bytes of an argument that are not UTF-8 reach
 * Java as U+FFFD, which nobody asks for.
 */
record QuestionText(String value) {

  /** No text; picocli replaces it, because the parameter is required. */
  static final QuestionText NONE = new QuestionText("");

  private static final int REPLACEMENT = 0xFFFD;

  static final class Converter implements ITypeConverter<QuestionText> {
    @Override
    public QuestionText convert(String value) {
      if (value.isBlank()) {
        throw new TypeConversionException("it is blank: say what to look for");
      }
      if (value.codePoints().anyMatch(QuestionText::isBroken)) {
        throw new TypeConversionException(
            "it is not valid Unicode text: check the encoding of your terminal or script (UTF-8)");
      }
      return new QuestionText(value);
    }
  }

  private static boolean isBroken(int codePoint) {
    return codePoint == REPLACEMENT
        || codePoint == 0
        || Character.getType(codePoint) == Character.SURROGATE;
  }
}
