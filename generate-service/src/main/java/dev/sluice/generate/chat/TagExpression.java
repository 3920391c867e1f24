package dev.sluice.generate.chat;

import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites what Jinjava reads differently inside a tag, outside of its texts:
 *
 * <ul>
 *   <li>{@code not x is y}, where it takes {@code not x} first, becomes {@code x is not y};
 *   <li>{@code x[::-1]}, which it does not know, becomes {@code x.reversed()};
 *   <li>{@code x+1}, where it reads a number {@code +1}, becomes {@code x + 1};
 *   <li>{@code f(x=y - 1)}, where it takes {@code x=y} first, becomes {@code f(x=(y - 1))}.
 * </ul>
 */
final class TagExpression {

  /** A text in quotes. */
  static final String TEXT = "'(?:\\\\.|[^'\\\\])*+'|\"(?:\\\\.|[^\"\\\\])*+\"";

  private static final Pattern REWRITTEN =
      Pattern.compile(
          TEXT
              + "|\\bnot\\s+(?<negated>[\\w.]+(?:\\[[^\\[\\]]*])*[\\w.]*)\\s+is\\s+(?!not\\b)"
              + "|(?<reverse>\\[\\s*::\\s*-1\\s*])"
              + "|(?<=[\\w)\\]])(?<sign>[-+])(?=\\d)");

  private static final Pattern FILTER = Pattern.compile(TEXT + "|\\|\\s*(?<filter>[a-zA-Z_]\\w*)");

  private static final Pattern NAMED = Pattern.compile("[(,]\\s*[a-zA-Z_]\\w*\\s*=(?!=)");

  /** Where {@code x=y} is a default. */
  private static final Pattern MACRO = Pattern.compile("\\{%[-+]?\\s*macro\\b");

  private TagExpression() {}

  static String rewrite(String tag) {
    String rewritten =
        REWRITTEN.matcher(tag).replaceAll(match -> Matcher.quoteReplacement(replacement(match)));
    return MACRO.matcher(rewritten).lookingAt() ? rewritten : parenthesised(rewritten);
  }

  /** The names of the filters in a tag. */
  static List<String> filters(String tag) {
    return FILTER
        .matcher(tag)
        .results()
        .map(match -> match.group("filter"))
        .filter(Objects::nonNull)
        .toList();
  }

  private static String replacement(MatchResult match) {
    if (match.group("negated") != null) {
      return match.group("negated") + " is not ";
    }
    if (match.group("reverse") != null) {
      return ".reversed()";
    }
    return match.group("sign") != null ? " " + match.group("sign") + " " : match.group();
  }

  /** The tag with the values of named arguments in parentheses. */
  private static String parenthesised(String tag) {
    StringBuilder text = new StringBuilder(tag);
    Matcher named = NAMED.matcher(text);
    int from = 0;
    while (named.find(from)) {
      from = named.end();
      int end = endOfValue(text, from);
      text.insert(end, ')').insert(from, '(');
      named.reset();
    }
    return text.toString();
  }

  /** Where the comma or the parenthesis stands that ends a value. */
  private static int endOfValue(CharSequence text, int start) {
    Matcher quoted = Pattern.compile(TEXT).matcher(text);
    int depth = 0;
    int at = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (depth == 0 && (c == ',' || c == ')')) {
        return at;
      }
      depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      boolean quote = (c == '\'' || c == '"') && quoted.find(at) && quoted.start() == at;
      at = quote ? quoted.end() : at + 1;
    }
    return at;
  }
}
