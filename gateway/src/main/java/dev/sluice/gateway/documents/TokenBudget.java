package dev.sluice.gateway.documents;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Measures text against a limit, in few calls. The cost of a text is its tokens, but never less
 * than one for every {@value #UNITS_PER_TOKEN} UTF-16 units: a tokenizer may count a word of a
 * million letters as one unknown token.
 */
final class TokenBudget {

  static final int UNITS_PER_TOKEN = 16;

  private static final int MOST_TEXTS = 4096;
  private static final int MOST_UNITS = 1 << 20;

  private final TokenCounter counter;

  TokenBudget(TokenCounter counter) {
    this.counter = counter;
  }

  /** The cost of each text, none of which has more than 131072 units. */
  int[] costs(List<String> texts) {
    int[] costs = new int[texts.size()];
    if (texts.stream().allMatch(String::isEmpty)) {
      return costs;
    }
    int from = 0;
    while (from < texts.size()) {
      int to = from;
      int units = 0;
      while (to < texts.size() && to - from < MOST_TEXTS && units < MOST_UNITS) {
        units += texts.get(to).length();
        to++;
      }
      int[] tokens = counter.count(texts.subList(from, to));
      for (int i = from; i < to; i++) {
        costs[i] = Math.max(tokens[i - from], atLeast(texts.get(i).length()));
      }
      from = to;
    }
    return costs;
  }

  private static int atLeast(int units) {
    return (units + UNITS_PER_TOKEN - 1) / UNITS_PER_TOKEN;
  }

  /** A piece of text that is not to be split further, and its cost. */
  record Piece(TextRange range, int cost) {}

  /** A range that may cost no more than its limit. */
  record Limited(TextRange range, int limit) {}

  /** A beginning of a text that costs no more than it may. */
  record Prefix(String text, int cost) {}

  /** The longest beginnings that were found to cost at most so much, each text by itself. */
  List<Prefix> prefixes(List<String> texts, int most) {
    List<String> cut =
        texts.stream().map(text -> TextCuts.prefix(text, most * UNITS_PER_TOKEN)).toList();
    int[] costs = costs(cut);
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < costs.length; i++) {
      Prefix prefix = new Prefix(cut.get(i), costs[i]);
      while (prefix.cost() > most) {
        prefix = shorter(prefix, most);
      }
      prefixes.add(prefix);
    }
    return prefixes;
  }

  private Prefix shorter(Prefix prefix, int most) {
    int length = (int) (0.95 * prefix.text().length() * most / prefix.cost());
    String text = TextCuts.prefix(prefix.text(), length).strip();
    return new Prefix(text, costs(List.of(text))[0]);
  }

  /**
   * The ranges in order, those beyond their limit split at white space. Blank ones are left out.
   */
  List<Piece> pieces(String text, List<Limited> ranges) {
    List<Limited> wanted =
        ranges.stream().filter(limited -> !limited.range().isBlank(text)).toList();
    int[] costs = costs(wanted.stream().map(limited -> limited.range().of(text)).toList());
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < costs.length; i++) {
      Limited limited = wanted.get(i);
      if (costs[i] <= limited.limit() || !isSplittable(text, limited.range())) {
        pieces.add(new Piece(limited.range(), costs[i]));
      }
    }
    return merged(pieces, splitPieces(text, wanted, costs));
  }

  private List<Piece> splitPieces(String text, List<Limited> wanted, int[] costs) {
    List<Limited> parts = new ArrayList<>();
    for (int i = 0; i < costs.length; i++) {
      Limited limited = wanted.get(i);
      if (costs[i] > limited.limit() && isSplittable(text, limited.range())) {
        for (TextRange part : TextCuts.into(parts(costs[i], limited), text, limited.range())) {
          parts.add(new Limited(part, limited.limit()));
        }
      }
    }
    return parts.isEmpty() ? List.of() : pieces(text, parts);
  }

  /** Quarters of the limit, so that packing them leaves little of it unused. */
  private static int parts(int cost, Limited limited) {
    return Math.max(2, (int) Math.min(4L * cost / limited.limit() + 1, limited.range().length()));
  }

  private static boolean isSplittable(String text, TextRange range) {
    return text.codePointCount(range.start(), range.end()) > 1;
  }

  private static List<Piece> merged(List<Piece> pieces, List<Piece> others) {
    if (others.isEmpty()) {
      return pieces;
    }
    List<Piece> merged = new ArrayList<>(pieces);
    merged.addAll(others);
    merged.sort(Comparator.comparingInt(piece -> piece.range().start()));
    return merged;
  }
}
