package dev.sluice.generate.extractive;

import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The text of an extractive answer, within the caller's limits.
 *
 * @param pieces in order
 * @param finishReason STOP or LENGTH
 */
record Answer(List<Piece> pieces, FinishReason finishReason) {

  private static final Pattern WORD = Pattern.compile("\\S+");

  /**
   * A sentence of the answer.
   *
   * @param separator what stands between it and the sentence before it
   * @param words exactly as they stand in the document
   * @param document its place in the request
   */
  record Piece(String separator, String words, int document) {

    private Piece shortened(int length) {
      return new Piece(separator, words.substring(0, length), document);
    }
  }

  /**
   * Keeps what the limits allow: whole sentences while they fit; a first sentence that alone is too
   * long is cut after a word. A stop text ends the answer in front of it.
   *
   * @param maxTokens 0 means no limit
   * @param tokens counts a text's tokens
   */
  static Answer within(
      List<Piece> pieces, int maxTokens, List<String> stop, ToIntFunction<String> tokens) {
    Answer answer =
        maxTokens == 0 ? new Answer(pieces, FinishReason.STOP) : fitting(pieces, maxTokens, tokens);
    return answer.upTo(stop);
  }

  private static Answer fitting(List<Piece> pieces, int maxTokens, ToIntFunction<String> tokens) {
    List<Piece> kept = new ArrayList<>();
    int left = maxTokens;
    for (Piece piece : pieces) {
      left -= tokens.applyAsInt(piece.words());
      if (left < 0) {
        return new Answer(
            kept.isEmpty() ? cut(piece, maxTokens, tokens) : kept, FinishReason.LENGTH);
      }
      kept.add(piece);
    }
    return new Answer(kept, FinishReason.STOP);
  }

  /** The longest beginning of a piece that ends with a word and fits; nothing if none does. */
  private static List<Piece> cut(Piece piece, int maxTokens, ToIntFunction<String> tokens) {
    List<Integer> ends = WORD.matcher(piece.words()).results().map(MatchResult::end).toList();
    int fits = 0;
    int tooLong = ends.size();
    while (tooLong - fits > 1) {
      int middle = (fits + tooLong) >>> 1;
      boolean fit =
          tokens.applyAsInt(piece.words().substring(0, ends.get(middle - 1))) <= maxTokens;
      fits = fit ? middle : fits;
      tooLong = fit ? tooLong : middle;
    }
    return fits == 0 ? List.of() : List.of(piece.shortened(ends.get(fits - 1)));
  }

  private Answer upTo(List<String> stop) {
    String text = text();
    int end =
        stop.stream()
            .mapToInt(text::indexOf)
            .filter(found -> found >= 0)
            .min()
            .orElse(text.length());
    if (end == text.length()) {
      return this;
    }
    List<Piece> kept = new ArrayList<>();
    int start = 0;
    for (Piece piece : pieces) {
      start += piece.separator().length();
      int length = Math.min(piece.words().length(), end - start);
      if (length > 0) {
        kept.add(piece.shortened(length));
      }
      start += piece.words().length();
    }
    return new Answer(kept, FinishReason.STOP);
  }

  /** All of it, as the caller puts it together. */
  String text() {
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append(piece.separator()).append(piece.words()));
    return text.toString();
  }
}
