package dev.sluice.generate.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What Python's str can do, as far as chat templates ask for it. */
final class PythonText {

  private PythonText() {}

  /** The character at a place that may be counted from the end; null where there is none. */
  static @Nullable String at(String text, String place) {
    if (!place.matches("-?\\d{1,9}")) {
      return null;
    }
    int index = Integer.parseInt(place);
    int from = index < 0 ? index + text.length() : index;
    return from >= 0 && from < text.length() ? text.substring(from, from + 1) : null;
  }

  /**
   * @throws UnsupportedOperationException for a method that is not known
   */
  static Object call(String text, String method, Object[] arguments) {
    return switch (method) {
      case "strip" -> stripEnd(stripStart(text, set(arguments)), set(arguments));
      case "lstrip" -> stripStart(text, set(arguments));
      case "rstrip" -> stripEnd(text, set(arguments));
      case "split" -> split(text, arguments);
      case "splitlines" -> text.lines().toList();
      case "join" -> elements(arguments[0]).collect(Collectors.joining(text));
      case "startswith" -> elements(arguments[0]).anyMatch(text::startsWith);
      case "endswith" -> elements(arguments[0]).anyMatch(text::endsWith);
      case "replace" -> text.replace(arguments[0].toString(), arguments[1].toString());
      case "find" -> (long) text.indexOf(arguments[0].toString());
      case "format" -> format(text, arguments);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> title(text);
      case "reversed" -> new StringBuilder(text).reverse().toString();
      default -> throw new UnsupportedOperationException("a text has no " + method + "() here");
    };
  }

  /** The texts of a sequence, or the one text. */
  private static Stream<String> elements(Object argument) {
    return argument instanceof Iterable<?> several
        ? StreamSupport.stream(several.spliterator(), false).map(String::valueOf)
        : Stream.of(argument.toString());
  }

  /** The characters to strip: those given, or white space. */
  private static IntPredicate set(Object[] arguments) {
    if (arguments.length == 0) {
      return c -> Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
    String characters = arguments[0].toString();
    return c -> characters.indexOf(c) >= 0;
  }

  private static String stripStart(String text, IntPredicate set) {
    int start = 0;
    while (start < text.length() && set.test(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  private static String stripEnd(String text, IntPredicate set) {
    int end = text.length();
    while (end > 0 && set.test(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static List<String> split(String text, Object[] arguments) {
    if (arguments.length == 0) {
      return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
    String separator = arguments[0].toString();
    int most = arguments.length > 1 ? ((Number) arguments[1]).intValue() : -1;
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && parts.size() != most) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** Fills the places marked {} in order. */
  private static String format(String text, Object[] arguments) {
    String filled = text;
    for (Object argument : arguments) {
      filled = filled.replaceFirst("\\{}", Matcher.quoteReplacement(argument.toString()));
    }
    return filled;
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      title.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return title.toString();
  }
}
