package dev.sluice.serving.door;

import dev.sluice.serving.caller.CallReport;
import io.grpc.Context;
import io.grpc.Status;

/** A call that its {@link Door} let in. Told of by any thread. */
public interface Entry {

  /** Of calls that nobody counts. */
  Entry UNCOUNTED = new Entry() {};

  /** The entry of the call that the current {@link Context} belongs to. */
  static Entry current() {
    return Entrance.entry();
  }

  /**
   * The current call spent a part of its time waiting for its turn: its door is told, and by a
   * service the gateway.
   */
  static void waited(long nanos) {
    current().queued(nanos);
    waitedElsewhere(nanos);
  }

  /** The same for other processors than those of this service: the gateway alone is told. */
  static void waitedElsewhere(long nanos) {
    CallReport.add(CallReport.Figure.QUEUE_NANOS, nanos);
  }

  /** Whether the door waits for its end to judge by it how many calls it lets in. */
  default boolean isCounted() {
    return false;
  }

  /** The caller has the beginning of what it waits for; the rest may take long, and waits apart. */
  default void answering() {}

  /** A part of the time was spent waiting for a turn: for a thread, or behind other work. */
  default void queued(long nanos) {}

  /** A service behind had too much work for a part of this call. */
  default void refusedBehind() {}

  /** A part of this call was left out, because too little time was left for it. */
  default void shortened() {}

  /** The call is over, with this status. Said once. */
  default void left(Status status) {}
}
