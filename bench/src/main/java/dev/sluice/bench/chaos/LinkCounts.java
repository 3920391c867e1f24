package dev.sluice.bench.chaos;

import java.util.concurrent.atomic.LongAdder;

/** What a link did to those at its ends, from its start on. For several threads. */
final class LinkCounts {

  private final LongAdder delayed = new LongAdder();
  private final LongAdder swallowed = new LongAdder();
  private final LongAdder broken = new LongAdder();

  /** It keeps bytes back for a time. */
  void delays(int bytes) {
    delayed.add(bytes);
  }

  /** Bytes go nowhere. */
  void swallows(int bytes) {
    swallowed.add(bytes);
  }

  /** It breaks a connection. */
  void breaks() {
    broken.increment();
  }

  long delayed() {
    return delayed.sum();
  }

  long swallowed() {
    return swallowed.sum();
  }

  long broken() {
    return broken.sum();
  }
}
