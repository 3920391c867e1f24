package dev.sluice.standalone.ingest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The title that a page of Markdown gives itself. */
final class TextTitle {

  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---\\R(?:(?!---).*\\R)*?title:[ \\t]*(.+)\\R", Pattern.MULTILINE);
  private static final Pattern HEADING =
      Pattern.compile("^ {0,3}#{1,6}[ \\t]+(.+?)[ \\t]*#*[ \\t]*$", Pattern.MULTILINE);
  private static final int HEAD = 64 << 10;

  private TextTitle() {}

  /** From its front matter, else its first heading, else the name given. */
  static String ofMarkdown(String text, String otherwise) {
    String head = text.substring(0, Math.min(text.length(), HEAD));
    Matcher front = FRONT_MATTER.matcher(head);
    if (front.find()) {
      return unquoted(front.group(1).strip());
    }
    Matcher heading = HEADING.matcher(head);
    return heading.find() ? heading.group(1).strip() : otherwise;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && (isIn('"', value) || isIn('\'', value));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static boolean isIn(char quote, String value) {
    return value.charAt(0) == quote && value.charAt(value.length() - 1) == quote;
  }
}
