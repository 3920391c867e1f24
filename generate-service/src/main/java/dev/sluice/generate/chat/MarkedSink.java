package dev.sluice.generate.chat;

import dev.sluice.generate.model.EventSink;
import dev.sluice.serving.quotes.QuoteMarkers;

/** Takes what a model writes that was asked for marks of quotes, and passes it on without them. */
public final class MarkedSink implements EventSink {

  private final EventSink sink;
  private final QuoteMarkers markers;

  /**
   * @param documents how many passages there are to quote from
   */
  public MarkedSink(EventSink sink, int documents) {
    this.sink = sink;
    this.markers = new QuoteMarkers(sink, documents);
  }

  @Override
  public void text(String delta) {
    markers.text(delta);
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    sink.quote(documentIndex, words, answerStart, answerEnd);
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    sink.toolCall(id, name, arguments);
  }

  /** The text is complete: passes on what was held back. */
  public void end() {
    markers.end();
  }
}
