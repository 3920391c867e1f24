package dev.sluice.gateway.grounding;

import dev.sluice.gateway.v1.Span;
import dev.sluice.gateway.v1.SpanUnit;

/** Spans in the unit that a request asked for. */
public record Spans(SpanUnit unit) {

  /** A part of a text, given in UTF-16 code units. */
  public Span of(CharSequence text, int start, int end) {
    if (unit != SpanUnit.UTF8) {
      return span(start, end);
    }
    int from = utf8(text, 0, start);
    return span(from, from + utf8(text, start, end));
  }

  /** A part of a document, given in UTF-16 code units from the start of the text of it. */
  public Span ofDocument(EvidenceText source, int start, int end) {
    if (unit != SpanUnit.UTF8) {
      return span(source.start() + start, source.start() + end);
    }
    int from = source.startUtf8() + utf8(source.text(), 0, start);
    return span(from, from + utf8(source.text(), start, end));
  }

  /** Where an offset in the unit stands in UTF-16 code units; -1 when it cuts a character. */
  int utf16(String text, int offset) {
    if (unit != SpanUnit.UTF8) {
      return offset >= 0 && offset <= text.length() && !cutsPair(text, offset) ? offset : -1;
    }
    int bytes = 0;
    int at = 0;
    while (at < text.length() && bytes < offset) {
      int codePoint = text.codePointAt(at);
      bytes += utf8(codePoint);
      at += Character.charCount(codePoint);
    }
    return bytes == offset ? at : -1;
  }

  /** Whether the offset, in UTF-16 code units, stands between the halves of a pair. */
  public static boolean cutsPair(CharSequence text, int offset) {
    return offset > 0
        && offset < text.length()
        && Character.isHighSurrogate(text.charAt(offset - 1))
        && Character.isLowSurrogate(text.charAt(offset));
  }

  private static Span span(int start, int end) {
    return Span.newBuilder().setStart(start).setEnd(end).build();
  }

  private static int utf8(CharSequence text, int start, int end) {
    int bytes = 0;
    for (int at = start; at < end; ) {
      int codePoint = Character.codePointAt(text, at);
      bytes += utf8(codePoint);
      at += Character.charCount(codePoint);
    }
    return bytes;
  }

  private static int utf8(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return Character.isBmpCodePoint(codePoint) ? 3 : 4;
  }
}
