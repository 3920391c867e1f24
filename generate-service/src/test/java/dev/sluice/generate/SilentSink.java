package dev.sluice.generate;

import dev.sluice.generate.model.EventSink;

/** Nobody reads. */
final class SilentSink implements EventSink {

  @Override
  public void text(String delta) {}

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {}

  @Override
  public void toolCall(String id, String name, String arguments) {}
}
