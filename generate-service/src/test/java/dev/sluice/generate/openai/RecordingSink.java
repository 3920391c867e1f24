package dev.sluice.generate.openai;

import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.v1.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Remembers what was written. */
final class RecordingSink implements EventSink {

  final List<String> deltas = new CopyOnWriteArrayList<>();
  final List<ToolCall> toolCalls = new ArrayList<>();

  private final CountDownLatch first = new CountDownLatch(1);

  /** Open once there is text. */
  CountDownLatch first() {
    return first;
  }

  String text() {
    return String.join("", deltas);
  }

  @Override
  public void text(String delta) {
    deltas.add(delta);
    first.countDown();
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    throw new AssertionError("a language model quotes nothing");
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    toolCalls.add(ToolCall.newBuilder().setId(id).setName(name).setArguments(arguments).build());
  }
}
