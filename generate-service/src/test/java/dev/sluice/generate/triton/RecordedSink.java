package dev.sluice.generate.triton;

import dev.sluice.generate.model.EventSink;
import java.util.ArrayList;
import java.util.List;

/** Remembers the pieces of a text. */
final class RecordedSink implements EventSink {

  final List<String> pieces = new ArrayList<>();

  String text() {
    return String.join("", pieces);
  }

  @Override
  public void text(String delta) {
    pieces.add(delta);
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    throw new AssertionError("no quotes");
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    throw new AssertionError("no tools");
  }
}
