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

  private final Pattern pattern;

  SpecialTokens(List<String> tokens) {
    this.pattern =
        Pattern.compile(
            tokens.stream()
                .filter(token -> token.length() > 1)
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|", "(?:", ")"))
                .replace("(?:)", "(?!)"));
  }

  /** The text with a space after the first character of each. */
  String disarm(String text) {
    return pattern
        .matcher(text)
        .replaceAll(match -> {
          String token = match.group();
          int first = token.offsetByCodePoints(0, 1);
          return Matcher.quoteReplacement(token.substring(0, first) + " " + token.substring(first));
        });
  }
}
