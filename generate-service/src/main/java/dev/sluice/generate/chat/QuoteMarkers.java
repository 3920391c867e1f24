package dev.sluice.generate.chat;

import dev.sluice.generate.model.EventSink;
import java.text.BreakIterator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the marks of quotes out of a text while it is written and passes them on as quotes. A mark
 * stands after the sentence that it supports, as {@code [[2|"words of passage 2"]]}; several may
 * follow one another. What only looks like a mark stays in the text. Holds back no more than what
 * may be the beginning of a mark, and white space.
 */
public final class QuoteMarkers implements EventSink {

  private static final String OPEN = "[[";
  private static final String CLOSE = "]]";
  private static final int LONGEST = 4096;
  private static final Pattern MARK =
      Pattern.compile("\\s*(\\d{1,3})\\s*\\|\\s*[\"“”'«]?(.+?)[\"“”'»]?\\s*", Pattern.DOTALL);
  private static final String CLINGING = ".,;:!?)]}…";

  private final EventSink sink;
  private final int documents;
  private final StringBuilder pending = new StringBuilder();
  private final StringBuilder statement = new StringBuilder();
  private String space = "";
  private boolean marked;
  private int written;

  /**
   * @param documents how many passages there are to quote from
   */
  public QuoteMarkers(EventSink sink, int documents) {
    this.sink = sink;
    this.documents = documents;
  }

  @Override
  public void text(String delta) {
    pending.append(delta);
    int open = pending.indexOf(OPEN);
    while (open >= 0) {
      int close = pending.indexOf(CLOSE, open);
      if (close < 0 && pending.length() - open <= LONGEST) {
        write(taken(open));
        return;
      }
      write(taken(open));
      mark(close < 0 ? -1 : close - open);
      open = pending.indexOf(OPEN);
    }
    boolean half = !pending.isEmpty() && pending.charAt(pending.length() - 1) == '[';
    write(taken(pending.length() - (half ? 1 : 0)));
  }

  private String taken(int length) {
    String piece = pending.substring(0, length);
    pending.delete(0, length);
    return piece;
  }

  /** What is pending begins as a mark does; it ends at {@code close}, or nowhere. */
  private void mark(int close) {
    if (close >= 0) {
      Matcher matcher = MARK.matcher(pending.substring(OPEN.length(), close));
      int document = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
      if (document >= 1 && document <= documents) {
        pending.delete(0, close + CLOSE.length());
        quote(document - 1, matcher.group(2));
        return;
      }
    }
    write(taken(OPEN.length()));
  }

  private void quote(int document, String words) {
    marked = true;
    sink.quote(document, words, written - lastSentence(), written);
  }

  /** UTF-16 units of the last sentence of the statement. */
  private int lastSentence() {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(statement.toString());
    sentences.last();
    int start = sentences.previous();
    return statement.length() - Math.max(start, 0);
  }

  /** Passes text on, without the white space at its end, which may stand before a mark. */
  private void write(String piece) {
    String stripped = piece.stripTrailing();
    if (stripped.isEmpty()) {
      space = joined(space, piece);
      return;
    }
    String lead = stripped.substring(0, stripped.length() - stripped.stripLeading().length());
    String body = stripped.substring(lead.length());
    String gap = joined(space, lead);
    space = piece.substring(stripped.length());
    if (marked) {
      marked = false;
      statement.setLength(0);
      gap = CLINGING.indexOf(body.charAt(0)) >= 0 ? "" : gap;
    }
    send(gap, body);
  }

  /** White space around a mark is white space once. */
  private String joined(String before, String after) {
    if (!marked || before.isEmpty() || after.isEmpty()) {
      return before + after;
    }
    return after.contains("\n") ? after : before;
  }

  private void send(String gap, String body) {
    if (!statement.isEmpty()) {
      statement.append(gap);
    }
    statement.append(body);
    written += gap.length() + body.length();
    sink.text(gap + body);
  }

  /** The text is complete: passes on what was held back. */
  public void end() {
    write(taken(pending.length()));
    if (!space.isEmpty() && !marked) {
      sink.text(space);
    }
    space = "";
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    sink.quote(documentIndex, words, answerStart, answerEnd);
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    sink.toolCall(id, name, arguments);
  }
}
