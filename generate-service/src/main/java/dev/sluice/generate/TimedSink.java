package dev.sluice.generate;

import dev.sluice.generate.model.EventSink;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Notes when a model begins to write. */
final class TimedSink implements EventSink {

  private final EventSink sink;
  private final LongSupplier clock;
  private final LongConsumer began;
  private @Nullable Long first;

  /**
   * @param clock in nanoseconds
   * @param began told once when the first text or function call comes
   */
  TimedSink(EventSink sink, LongSupplier clock, LongConsumer began) {
    this.sink = sink;
    this.clock = clock;
    this.began = began;
  }

  /** Nanoseconds since then; 0 when nothing has come. */
  long sinceFirst() {
    return first == null ? 0 : clock.getAsLong() - first;
  }

  private void writes() {
    if (first == null) {
      first = clock.getAsLong();
      began.accept(first);
    }
  }

  @Override
  public void text(String delta) {
    writes();
    sink.text(delta);
  }

  @Override
  public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
    sink.quote(documentIndex, words, answerStart, answerEnd);
  }

  @Override
  public void toolCall(String id, String name, String arguments) {
    writes();
    sink.toolCall(id, name, arguments);
  }
}
