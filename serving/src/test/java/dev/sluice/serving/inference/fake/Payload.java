package dev.sluice.serving.inference.fake;

import java.util.ArrayList;
import java.util.List;

/** A batch of {@link TritonBatching} that grows until a slot takes it. */
final class Payload {

  private final List<Call> calls = new ArrayList<>();
  private int rows;
  private boolean closed;
  private boolean full;
  private boolean taken;

  void addAll(List<Call> more) {
    calls.addAll(more);
    more.forEach(call -> rows += call.rows());
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  List<Call> calls() {
    return calls;
  }

  int rows() {
    return rows;
  }

  /** Tokens of a row, the same in all calls where shapes must be equal. */
  int columns() {
    return calls.getFirst().columns();
  }

  /** When the call that has waited longest came. */
  long oldest() {
    return calls.stream().mapToLong(Call::queuedAt).min().orElseThrow();
  }

  /** The next call goes into another payload. */
  void close() {
    closed = true;
  }

  /** Takes no call more, not even by merging with another payload: the next call differs. */
  void markFull() {
    full = true;
  }

  boolean full() {
    return full;
  }

  void take() {
    taken = true;
  }

  boolean grows() {
    return !closed && !taken;
  }
}
