package dev.sluice.serving.batching.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queue of a server that serves items in order of arrival. */
final class Fifo implements Iterable<Item> {

  private final QueueRule rule;
  private final Deque<Item> items = new ArrayDeque<>();
  private List<Arrival> dropped = new ArrayList<>();

  Fifo(QueueRule rule) {
    this.rule = rule;
  }

  /** Queues all items of a request, or none where they do not fit; any fits into an empty queue. */
  boolean offer(Arrival arrival) {
    int count = arrival.lengths().size();
    if (!items.isEmpty() && items.size() + count > rule.mostItems()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      items.add(new Item(arrival, i));
    }
    return true;
  }

  /** The first item that is worth running. */
  @Nullable Item peek(long now) {
    Item head = items.peek();
    while (head != null && rule.dropsExpired() && head.arrival().deadline() < now) {
      dropped.add(items.remove().arrival());
      head = items.peek();
    }
    return head;
  }

  Item remove() {
    return items.remove();
  }

  /** In order of arrival, expired ones among them. */
  @Override
  public Iterator<Item> iterator() {
    return items.iterator();
  }

  int size() {
    return items.size();
  }

  /** Requests dropped since this was last asked. */
  List<Arrival> dropped() {
    if (dropped.isEmpty()) {
      return List.of();
    }
    List<Arrival> result = dropped;
    dropped = new ArrayList<>();
    return result;
  }
}
