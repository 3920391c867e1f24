package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Forms the next batch of a queue: the lengths that should share batches with the most urgent item,
 * filled in the order in which items are due until the budget is full or the batch would make the
 * most urgent item late. When it is the turn of bulk work, a bulk item takes the place of the most
 * urgent one. Requests that cannot finish in time any more are dropped on the way.
 */
final class BatchFormer<I, O> {

  private final BatchQueue<I, O> queue;
  private final BatchLimits limits;
  private final BulkShare bulkShare = new BulkShare();

  BatchFormer(BatchQueue<I, O> queue, BatchLimits limits) {
    this.queue = queue;
    this.limits = limits;
  }

  /**
   * What a batch is formed for.
   *
   * @param start when the slot can begin, as seen here
   * @param cost what batches cost there
   * @param budget the most tokens
   */
  record Order(Slot slot, long now, long start, CostModel cost, long budget) {}

  /** The next batch, or none when nothing is worth running; adds to the dropped requests. */
  @Nullable Batch<I, O> form(Order order, List<BatchRequest<I, O>> dropped) {
    dropHopeless(order, dropped);
    if (queue.isEmpty()) {
      return null;
    }
    var filling = new Filling(order);
    Optional<BatchItem<I, O>> turn = bulkTurn(order);
    List<NavigableSet<BatchItem<I, O>>> group = group(order, turn);
    turn.ifPresent(filling::take);
    for (BatchItem<I, O> item = first(group); item != null; item = first(group)) {
      if (isHopeless(item.request, order)) {
        drop(item.request, dropped);
      } else if (filling.admits(item)) {
        filling.take(item);
      } else {
        break;
      }
    }
    return filling.items.isEmpty() ? form(order, dropped) : counted(filling.batch());
  }

  /** The bulk item that goes before all interactive ones now, if there is one. */
  private Optional<BatchItem<I, O>> bulkTurn(Order order) {
    return queue.interactive().isEmpty()
        ? Optional.empty()
        : queue.firstBulk().filter(item -> bulkShare.pays(nanos(item, order)));
  }

  private double nanos(BatchItem<I, O> item, Order order) {
    return (double) order.cost().predict(limits.cost(1, item.tokens, item.tokens), item.tokens);
  }

  private Batch<I, O> counted(Batch<I, O> batch) {
    double bulk = bulkTokens(batch.items()) * batch.predictedNanos() / batch.realTokens();
    double interactive = batch.predictedNanos() - bulk;
    if (interactive > 0 ? queue.bulk().isEmpty() : queue.interactive().isEmpty()) {
      bulkShare.settle();
    } else {
      bulkShare.ran(interactive, bulk);
    }
    return batch;
  }

  private static <I, O> double bulkTokens(List<BatchItem<I, O>> items) {
    return items.stream().filter(item -> item.request.isBulk()).mapToInt(item -> item.tokens).sum();
  }

  /** Looks at the most urgent requests: the others are looked at when their items are. */
  private void dropHopeless(Order order, List<BatchRequest<I, O>> dropped) {
    dropHopeless(queue.interactive(), order, dropped);
    dropHopeless(queue.bulk(), order, dropped);
  }

  private void dropHopeless(
      NavigableSet<BatchRequest<I, O>> waiting, Order order, List<BatchRequest<I, O>> dropped) {
    while (!waiting.isEmpty() && isHopeless(waiting.first(), order)) {
      drop(waiting.first(), dropped);
    }
  }

  private void drop(BatchRequest<I, O> request, List<BatchRequest<I, O>> dropped) {
    queue.remove(request);
    dropped.add(request);
  }

  /** Even alone on all slots it would be late. With nothing else to do, it is tried. */
  private boolean isHopeless(BatchRequest<I, O> request, Order order) {
    if (request.ended() || request.expired(order.now())) {
      return true;
    }
    if (!order.cost().isKnown() || queue.queuedRequests() == 1) {
      return false;
    }
    double rest = (double) request.progress.waitingTokens / limits.totalSlots();
    double least = order.cost().launch() + rest * order.cost().perToken();
    return order.start() + least > request.deadline();
  }

  /** The buckets that the batch is taken from; those of the bulk item whose turn it is. */
  private List<NavigableSet<BatchItem<I, O>>> group(Order order, Optional<BatchItem<I, O>> turn) {
    List<NavigableSet<BatchItem<I, O>>> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < queue.bucketCount(); bucket++) {
      if (!queue.itemsOf(bucket).isEmpty()) {
        buckets.add(queue.itemsOf(bucket));
      }
    }
    if (!limits.padded() || buckets.size() == 1) {
      return buckets;
    }
    var choice = new GroupChoice<>(buckets, order, limits.maxItems());
    return turn.map(choice::bucketsWith).orElseGet(choice::buckets);
  }

  private @Nullable BatchItem<I, O> first(List<NavigableSet<BatchItem<I, O>>> group) {
    BatchItem<I, O> first = null;
    for (NavigableSet<BatchItem<I, O>> bucket : group) {
      if (!bucket.isEmpty() && (first == null || bucket.first().compareTo(first) < 0)) {
        first = bucket.first();
      }
    }
    return first;
  }

  /** A batch while it is filled. */
  private final class Filling {
    private final Order order;
    private final List<BatchItem<I, O>> items = new ArrayList<>();
    private int longest;
    private long sum;

    Filling(Order order) {
      this.order = order;
    }

    boolean admits(BatchItem<I, O> item) {
      if (items.isEmpty()) {
        return true;
      }
      int size = items.size() + 1;
      int length = Math.max(longest, item.tokens);
      long tokens = limits.cost(size, length, sum + item.tokens);
      return size <= limits.maxItems() && tokens <= order.budget() && isInTime(tokens, length);
    }

    /** Whether the most urgent request stays in time, if it is in time at all. */
    private boolean isInTime(long tokens, int length) {
      long latest = latestFinish(items.getFirst().request);
      long finish = order.start() + order.cost().predict(tokens, length);
      return finish <= latest || order.start() + predict() > latest;
    }

    /** When the batch must be done so that what else waits of a request is in time too. */
    private long latestFinish(BatchRequest<I, O> request) {
      long rest = request.progress.waitingTokens;
      double nanos = rest == 0 ? 0 : order.cost().launch() + rest * order.cost().perToken();
      return request.deadline() - (long) nanos;
    }

    private long predict() {
      return order.cost().predict(limits.cost(items.size(), longest, sum), longest);
    }

    void take(BatchItem<I, O> item) {
      queue.take(item);
      items.add(item);
      longest = Math.max(longest, item.tokens);
      sum += item.tokens;
    }

    Batch<I, O> batch() {
      long tokens = limits.cost(items.size(), longest, sum);
      return new Batch<>(
          items,
          order.slot(),
          longest,
          sum,
          tokens,
          order.now(),
          predict(),
          order.cost().patience(tokens, longest),
          order.slot().idleNanos(order.now()));
    }
  }
}
