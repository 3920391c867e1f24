package dev.sluice.serving.inference.fake;

import java.util.List;

/**
 * Which of the waiting calls run together, and when. Pure: guarded by its caller, which says what
 * time it is, in nanoseconds.
 */
public interface Scheduling {

  /** Nothing to do before the next call. */
  long NEVER = Long.MAX_VALUE;

  /** Queues a call. False: the queue is full. */
  boolean offer(Call call, long now);

  /**
   * Forms batches. To be asked after everything that happens.
   *
   * @param idle slots that have nothing to do
   * @return when to be asked again at the latest
   */
  long advance(long now, int idle);

  /** The next batch for an idle slot; empty: none is ready. */
  List<Call> take(long now);

  /** Calls that waited too long, since last asked. */
  List<Call> expired();
}
