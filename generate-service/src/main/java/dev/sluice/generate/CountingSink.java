package dev.sluice.generate;

import dev.sluice.generate.admission.Permit;
import dev.sluice.generate.model.EventSink;

/**
 * Tells the gate what the model writes, before the reader has it. A delta counts as a token, which
 * it is where a server streams token by token.
 */
record CountingSink(EventSink sink, Permit permit) implements EventSink {

  @Override
  public void text(String delta) {
    permit.wrote(1);
    sink.text(delta);
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    sink.quote(documentIndex, words, answerStart, answerEnd);
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    permit.wrote(1);
    sink.toolCall(id, name, arguments);
  }
}
