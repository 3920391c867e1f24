package dev.sluice.serving.quotes;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the marks of quotes out of a text while it is written and passes them on as quotes. A mark
 * stands after the sentence that it supports, as {@code [[2|"words of passage 2"]]}; several may
 * follow one another, and the first {@code ]]} ends one. What only looks like a mark stays in the
 * text. The result does not depend on how the text was cut into pieces. Holds back no more than
 * what may be the beginning of a mark, half a surrogate pair, and white space.
 */
public final class QuoteMarkers {

  private static final String OPEN = "[[";
  private static final String CLOSE = "]]";
  private static final int LONGEST = 4096;
  private static final Pattern MARK = Pattern.compile("\\s*(\\d{1,3})\\s*\\|(.*)", Pattern.DOTALL);

  /** Between the characters of a mark: what is not seen, or becomes a space on the way. */
  private static final String GAP = "[\\s\\p{Z}\\p{C}]*+";

  private static final Pattern BEGINNING =
      Pattern.compile("\\[(?=\\p{C}*+\\[" + GAP + "(?:\\d" + GAP + "){1,3}\\|)");

  private static final String QUOTATION_MARKS = "\"“”'«»";

  private final QuoteSink sink;
  private final int documents;
  private final StringBuilder pending = new StringBuilder();
  private final Statement statement = new Statement();
  private final Gap gap = new Gap();
  private boolean marked;
  private int written;

  /**
   * @param documents how many passages there are to quote from
   */
  public QuoteMarkers(QuoteSink sink, int documents) {
    this.sink = sink;
    this.documents = documents;
  }

  /**
   * A text with a space in whatever would be read as the beginning of a mark, so that who copies it
   * writes no mark; also where characters that cannot be seen stand in it, which a chat template
   * makes spaces and a model may leave out.
   */
  public static String disarmed(String text) {
    return BEGINNING.matcher(text).replaceAll("[ ");
  }

  /** Takes the next piece. */
  public void text(String delta) {
    for (int start = 0; start < delta.length(); start += LONGEST) {
      pending.append(delta, start, Math.min(start + LONGEST, delta.length()));
      read();
    }
  }

  private void read() {
    int open = pending.indexOf(OPEN);
    while (open >= 0) {
      write(taken(open));
      int close = pending.indexOf(CLOSE);
      if (close < 0 && pending.length() <= LONGEST) {
        return;
      }
      mark(close);
      open = pending.indexOf(OPEN);
    }
    write(taken(pending.length() - (endsInHalf() ? 1 : 0)));
  }

  private boolean endsInHalf() {
    char last = pending.isEmpty() ? ' ' : pending.charAt(pending.length() - 1);
    return last == '[' || Character.isHighSurrogate(last);
  }

  private String taken(int length) {
    String piece = pending.substring(0, length);
    pending.delete(0, length);
    return piece;
  }

  /** What is pending begins as a mark does; it ends at {@code close}, or nowhere. */
  private void mark(int close) {
    if (close >= 0 && close < LONGEST) {
      Matcher matcher = MARK.matcher(pending.substring(OPEN.length(), close));
      int document = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
      String words = document == 0 ? "" : unquoted(matcher.group(2).strip());
      if (document >= 1 && document <= documents && !words.isBlank()) {
        pending.delete(0, close + CLOSE.length());
        quote(document - 1, words);
        return;
      }
    }
    write(taken(1));
  }

  /** Without the quotation marks around it. */
  private static String unquoted(String words) {
    int start = !words.isEmpty() && isQuotationMark(words.charAt(0)) ? 1 : 0;
    int end = words.length();
    return words.substring(
        start, end > start && isQuotationMark(words.charAt(end - 1)) ? end - 1 : end);
  }

  private static boolean isQuotationMark(char c) {
    return QUOTATION_MARKS.indexOf(c) >= 0;
  }

  private void quote(int document, String words) {
    marked = true;
    gap.mark();
    sink.quote(document, words, written - statement.lastSentence(), written);
  }

  /** Passes text on, without the white space at its end, which may stand before a mark. */
  private void write(String piece) {
    StringBuilder ready = new StringBuilder(piece.length());
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (!Character.isWhitespace(c)) {
        ready.append(gap.before(c)).append(c);
      } else if (gap.add(c)) {
        ready.append(gap.taken());
      }
    }
    send(ready.toString());
  }

  private void send(String ready) {
    if (ready.isEmpty()) {
      return;
    }
    if (marked) {
      marked = false;
      statement.clear();
    }
    statement.append(ready);
    written += ready.length();
    sink.text(ready);
  }

  /** The text is complete: passes on what was held back. */
  public void end() {
    write(taken(pending.length()));
    if (!marked) {
      send(gap.taken());
    }
  }
}
