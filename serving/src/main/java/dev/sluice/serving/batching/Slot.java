package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * A place of a replica where one batch runs at a time. Where there is a round trip to the replica,
 * a second batch may travel while the first one runs. All times are nanoseconds, as seen here: a
 * batch that finds the slot free ends a round trip and its running time after it was sent.
 */
final class Slot {

  private final int index;
  private final int replica;
  private final List<Flight> flights = new ArrayList<>(2);
  private long lastAnswer;
  private long freeAt;

  /** A batch on its way; {@code earliest} is when it would end if it took no time. */
  private record Flight(long sentAt, long earliest, long predicted) {}

  Slot(int index, int replica, long now) {
    this.index = index;
    this.replica = replica;
    this.lastAnswer = now;
    this.freeAt = now;
  }

  int index() {
    return index;
  }

  int replica() {
    return replica;
  }

  /** Batches sent and not answered. */
  int inFlight() {
    return flights.size();
  }

  /** When it last had nothing to do, or when its last answer should come. */
  long freeAt() {
    return freeAt;
  }

  /** How long it has had nothing to do. */
  long idleNanos(long now) {
    return flights.isEmpty() ? now - freeAt : 0;
  }

  /** When a batch sent now would end if it took no time. */
  long startFor(long now, long roundTrip) {
    return Math.max(now + roundTrip, freeAt);
  }

  void sent(long now, long roundTrip, long predicted) {
    freeAt = startFor(now, roundTrip) + predicted;
    flights.add(new Flight(now, now + roundTrip, predicted));
  }

  /** Takes the answer of the batch sent at that time; returns how long the batch ran. */
  long answered(long sentAt, long now) {
    Flight flight =
        flights.stream().filter(each -> each.sentAt == sentAt).findFirst().orElseThrow();
    flights.remove(flight);
    long ran = now - Math.max(flight.earliest, lastAnswer);
    lastAnswer = now;
    freeAt = now;
    for (Flight next : flights) {
      freeAt = Math.max(freeAt, next.earliest) + next.predicted;
    }
    return Math.max(ran, 1);
  }
}
