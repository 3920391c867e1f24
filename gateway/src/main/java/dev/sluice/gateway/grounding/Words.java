package dev.sluice.gateway.grounding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The words of a text in lower case, and where they stand. A number with its sign and its decimals
 * is one word.
 *
 * @param starts in UTF-16 code units
 * @param ends exclusive
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Words(List<String> words, int[] starts, int[] ends) {

  private static final Pattern WORD =
      Pattern.compile(
          "(?<![\\p{L}\\p{M}\\p{N}])[-+−]?\\p{N}[\\p{L}\\p{M}\\p{N}]*+(?:[.,:/]\\p{N}++)*+"
              + "|[\\p{L}\\p{M}\\p{N}]++");

  static Words of(String text) {
    List<String> words = new ArrayList<>();
    Map<String, String> known = new HashMap<>();
    IntStream.Builder starts = IntStream.builder();
    IntStream.Builder ends = IntStream.builder();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      String word = matcher.group().toLowerCase(Locale.ROOT);
      words.add(known.computeIfAbsent(word, first -> first));
      starts.add(matcher.start());
      ends.add(matcher.end());
    }
    return new Words(words, starts.build().toArray(), ends.build().toArray());
  }

  int count() {
    return words.size();
  }

  String word(int index) {
    return words.get(index);
  }
}
