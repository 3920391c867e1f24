package dev.sluice.generate.extractive;

import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A question as the ranking sees it.
 *
 * @param vectors of its tokens, each of length 1; without stop words and signs if there are others
 * @param hasSubject whether there are others
 * @param stems of the words that say what it is about
 */
record Question(List<float[]> vectors, boolean hasSubject, Set<String> stems) {

  /**
   * @param prompt what stands before the question for the model's sake, and does not count
   * @param sequence the prompt and the question, tokenised
   * @param rows the model's vectors for it
   */
  static Question of(
      String prompt, String question, TokenSequence sequence, float[] rows, int dimension) {
    String text = prompt + question;
    List<float[]> all = new ArrayList<>();
    List<float[]> subject = new ArrayList<>();
    for (int i = 0; i < sequence.length(); i++) {
      if (sequence.special()[i] || sequence.ends()[i] <= prompt.length()) {
        continue;
      }
      float[] vector = Vectors.unitRow(rows, i, dimension);
      all.add(vector);
      if (saysSomething(
          text, Math.max(sequence.starts()[i], prompt.length()), sequence.ends()[i])) {
        subject.add(vector);
      }
    }
    boolean hasSubject = !subject.isEmpty();
    return new Question(
        List.copyOf(hasSubject ? subject : all), hasSubject, Words.subjectStems(question));
  }

  /** A token with a letter or digit that is not a stop word; the end of a word is none. */
  private static boolean saysSomething(String text, int start, int end) {
    String piece = text.substring(start, end).strip().toLowerCase(Locale.ROOT);
    boolean endOfWord =
        start > 0
            && Character.isLetterOrDigit(text.codePointBefore(start))
            && Character.isLetterOrDigit(text.codePointAt(start));
    return piece.codePoints().anyMatch(Character::isLetterOrDigit)
        && (endOfWord || !Words.isStop(piece));
  }

  /** The share of its stems that a text has too; 0 when it has none. */
  double overlap(String text) {
    if (stems.isEmpty()) {
      return 0;
    }
    Set<String> present = Words.stems(text);
    return (double) stems.stream().filter(present::contains).count() / stems.size();
  }
}
