package dev.sluice.generate.chat;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The texts that a tokenizer reads as tokens of their own, such as those that begin a message. In
 * what people and documents write they would be orders to the model.
 */
final class SpecialTokens {

  private static final Pattern NONE = Pattern.compile("(?!)");

  /** Tokens in which others end, and those in which others end in turn. */
  private static final int MOST_PASSES = 4;

  private final Pattern pattern;

  SpecialTokens(List<String> tokens) {
    List<String> longestFirst =
        tokens.stream()
            .filter(token -> token.length() > 1)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    this.pattern = longestFirst.isEmpty() ? NONE : pattern(longestFirst);
  }

  /** Looks at what begins a token first, since there may be hundreds of them. */
  private static Pattern pattern(List<String> tokens) {
    String firsts =
        tokens.stream()
            .map(token -> Pattern.quote(token.substring(0, token.offsetByCodePoints(0, 1))))
            .distinct()
            .collect(Collectors.joining());
    String any = tokens.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return Pattern.compile("(?=[" + firsts + "])(?:" + any + ")");
  }

  /** The text with a space after the first character of each. */
  String disarm(String text) {
    String disarmed = text;
    for (int pass = 0; pass < MOST_PASSES && pattern.matcher(disarmed).find(); pass++) {
      disarmed = spaced(disarmed);
    }
    return disarmed;
  }

  private String spaced(String text) {
    return pattern
        .matcher(text)
        .replaceAll(match -> {
          String token = match.group();
          int first = token.offsetByCodePoints(0, 1);
          return Matcher.quoteReplacement(token.substring(0, first) + " " + token.substring(first));
        });
  }
}
