package dev.sluice.gateway.documents;

import java.util.List;

/** Counts every run of letters and every other visible character; remembers what it was asked. */
final class WordCounter implements TokenCounter {

  int calls;
  int mostTexts;
  int longestText;
  long units;

  @Override
  public int[] count(List<String> texts) {
    calls++;
    mostTexts = Math.max(mostTexts, texts.size());
    int[] counts = new int[texts.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = count(texts.get(i));
      longestText = Math.max(longestText, texts.get(i).length());
      units += texts.get(i).length();
    }
    return counts;
  }

  static int count(String text) {
    int tokens = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      boolean letter = Character.isLetterOrDigit(text.charAt(i));
      if (!Character.isWhitespace(text.charAt(i)) && !(letter && inWord)) {
        tokens++;
      }
      inWord = letter;
    }
    return tokens;
  }
}
