package dev.sluice.gateway.answer;

import com.google.common.base.Utf8;
import dev.sluice.gateway.documents.Passage;
import dev.sluice.gateway.v1.Span;
import dev.sluice.gateway.v1.SpanUnit;

/** Spans in the unit that a request asked for. */
record Spans(SpanUnit unit) {

  /** A part of the answer, given in UTF-16 code units. */
  Span ofAnswer(CharSequence answer, int start, int end) {
    return unit == SpanUnit.UTF8
        ? span(utf8(answer, 0, start), utf8(answer, 0, end))
        : span(start, end);
  }

  /** A part of a passage, given in UTF-16 code units from the passage's start. */
  Span ofDocument(Passage passage, int start, int end) {
    if (unit == SpanUnit.UTF8) {
      int from = passage.startUtf8() + utf8(passage.text(), 0, start);
      return span(from, from + utf8(passage.text(), start, end));
    }
    return span(passage.start() + start, passage.start() + end);
  }

  private static Span span(int start, int end) {
    return Span.newBuilder().setStart(start).setEnd(end).build();
  }

  private static int utf8(CharSequence text, int start, int end) {
    return Utf8.encodedLength(text.subSequence(start, end));
  }
}
