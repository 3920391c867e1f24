package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole policy: which requests are admitted, which items run together, where and when. Pure: no
 * clock, no threads, no locks; the caller guards it and says what time it is ({@code
 * System.nanoTime}), so that a test can drive it by a clock of its own.
 *
 * <p>Work-conserving: a free slot gets a batch as soon as anything waits, and there is no delay and
 * no batch size to tune. {@link Admission} refuses, {@link BatchFormer} forms batches, {@link
 * SlotTable} says where and when, {@link CostModel} learns what they cost.
 */
final class BatchScheduler<I, O> {

  /** Waiting work of so many nanoseconds makes another replica as good as an idle one would be. */
  private static final double TOLERABLE_WAIT = 500e6;

  /** What to do now; {@code dropped} are requests that cannot finish in time any more. */
  sealed interface Decision<I, O> {

    List<BatchRequest<I, O>> dropped();

    /** Run this. Ask again at once. */
    record Run<I, O>(Batch<I, O> batch, List<BatchRequest<I, O>> dropped)
        implements Decision<I, O> {}

    /** Nothing before something happens, or before this time ({@code Long.MAX_VALUE}: no time). */
    record Wait<I, O>(long until, List<BatchRequest<I, O>> dropped) implements Decision<I, O> {}
  }

  private final BatchLimits limits;
  private final BatchQueue<I, O> queue;
  private final BatchFormer<I, O> former;
  private final SlotTable slots;
  private final Admission<I, O> admission;
  private final List<Replica> replicas;
  private final SafetyFactor safety = new SafetyFactor();
  private final ShortestSlack slack = new ShortestSlack();
  private final TokenBudget budget;
  private final BusyShare busy;
  private long arrivals;

  BatchScheduler(BatchLimits limits, long now) {
    this.limits = limits;
    this.queue = new BatchQueue<>(limits);
    this.former = new BatchFormer<>(queue, limits);
    this.slots = new SlotTable(limits, now);
    this.busy = new BusyShare(now);
    this.replicas = IntStream.range(0, limits.replicas()).mapToObj(index -> new Replica()).toList();
    this.budget = new TokenBudget(limits.maxTokens());
    this.admission = new Admission<>(queue, slots, safety, slack);
  }

  /** Queues all items of a request, or says why none. */
  Optional<Refusal> offer(BatchRequest<I, O> request, long now) {
    request.progress.sequence = arrivals++;
    CostModel cost = cost();
    Optional<Refusal> refusal = admission.refuse(request, cost, budgetFor(cost, now), now);
    if (refusal.isEmpty()) {
      request.progress.predicted = cost.isKnown();
      slack.admitted(request.slack(), now);
      admission.admitted(request, now);
      queue.add(request);
    }
    return refusal;
  }

  /** Says why it would not queue a request of at least so much work, if it would not. */
  Optional<Refusal> foresee(BatchRequest<?, ?> least, long now) {
    CostModel cost = cost();
    return admission.foresee(least, cost, budgetFor(cost, now), now);
  }

  /** What batches cost on the first replica that is known: others may be away since the start. */
  private CostModel cost() {
    return replicas.stream()
        .map(Replica::cost)
        .filter(CostModel::isKnown)
        .findFirst()
        .orElseGet(() -> replicas.getFirst().cost());
  }

  private long budgetFor(CostModel cost, long now) {
    return budget.tokens(cost, slack.nanos(now), now);
  }

  /** The batch to run now, if there is one. */
  Decision<I, O> next(long now) {
    List<BatchRequest<I, O>> dropped = new ArrayList<>();
    if (queue.isEmpty()) {
      return new Decision.Wait<>(Long.MAX_VALUE, dropped);
    }
    Optional<Slot> ready = slots.ready(now, replicas);
    if (ready.isEmpty()) {
      return new Decision.Wait<>(slots.nextReadyAt(replicas), dropped);
    }
    Batch<I, O> batch = form(ready.get(), now, dropped);
    dropped.forEach(request -> judge(request, !request.ended() || request.expired(now), now));
    return batch == null
        ? new Decision.Wait<>(Long.MAX_VALUE, dropped)
        : new Decision.Run<>(batch, dropped);
  }

  private @Nullable Batch<I, O> form(Slot slot, long now, List<BatchRequest<I, O>> dropped) {
    Replica replica = replicas.get(slot.replica());
    long start = slot.startFor(now, replica.roundTrip());
    long most = budgetFor(replica.cost(), now);
    Batch<I, O> batch =
        former.form(new BatchFormer.Order(slot, now, start, replica.cost(), most), dropped);
    if (batch != null) {
      slot.sent(now, replica.roundTrip(), batch.predictedNanos());
      busy.is(slots.busyShare(), now);
    }
    return batch;
  }

  /**
   * The outputs of a whole batch came, and took as long as such a batch takes.
   *
   * @return nanoseconds that it ran, without its way there and its wait for the batch before it
   */
  long finished(Batch<I, O> batch, long now) {
    long nanos = answered(batch, now);
    replicas.get(batch.replica()).observe(batch, nanos);
    slots.reached(batch.replica(), batch.sentAt());
    delivered(batch.items(), now);
    return nanos;
  }

  private long answered(Batch<I, O> batch, long now) {
    long nanos = batch.slot().answered(batch.sentAt(), now);
    busy.is(slots.busyShare(), now);
    return nanos;
  }

  /** Outputs of these items came, in whatever way. */
  void delivered(List<BatchItem<I, O>> items, long now) {
    for (BatchItem<I, O> item : items) {
      item.request.progress.unfinished--;
      if (item.request.progress.unfinished == 0) {
        judge(item.request, item.request.expired(now), now);
      }
    }
  }

  /** A batch ended in another way: its slot is free, and nothing is learned from it. */
  void failed(Batch<I, O> batch, long now) {
    var _ = answered(batch, now);
  }

  /**
   * A batch was stopped before its outputs came. If it ran longer than predicted, that is learned:
   * a model that became much slower would else be stopped for ever.
   */
  void stopped(Batch<I, O> batch, long now) {
    long nanos = answered(batch, now);
    if (nanos > batch.predictedNanos()) {
      replicas.get(batch.replica()).observe(batch, nanos);
    }
  }

  /** The model ran out of memory on a batch of so many tokens: batches are smaller for a while. */
  void outOfMemory(long tokens, long now) {
    budget.outOfMemory(tokens, now);
  }

  /**
   * The replica of a batch could not be reached. Its items wait again, for another replica, unless
   * one of their request was given back before. Trying in vain whether a replica is back does not
   * count: else a request that waits for the busy other one would be lost on it.
   *
   * @return the requests that are not tried again
   */
  List<BatchRequest<I, O>> unreachable(Batch<I, O> batch, long now) {
    failed(batch, now);
    boolean trial = slots.onTrial(batch.replica());
    slots.unreachable(batch.replica(), now);
    List<BatchRequest<I, O>> lost =
        batch.items().stream()
            .filter(item -> limits.replicas() == 1 || (item.retried && !trial))
            .map(item -> item.request)
            .distinct()
            .toList();
    for (BatchItem<I, O> item : batch.items()) {
      item.retried |= !trial;
      if (!item.request.ended() && !lost.contains(item.request)) {
        queue.add(item);
      }
    }
    return lost;
  }

  /** A request ended otherwise: what waits of it leaves the queue. */
  void remove(BatchRequest<I, O> request, long now) {
    queue.remove(request);
    judge(request, request.expired(now), now);
  }

  /** Each prediction is judged once. Requests that went away in time say nothing. */
  private void judge(BatchRequest<I, O> request, boolean late, long now) {
    boolean complete = request.progress.unfinished == 0;
    if (request.progress.predicted && (late || complete)) {
      request.progress.predicted = false;
      safety.observe(request.slack(), late, now);
    }
  }

  /** How long a batch and its outputs travel to each replica and back, as measured lately. */
  void roundTrips(long[] nanos) {
    for (int replica = 0; replica < nanos.length; replica++) {
      replicas.get(replica).setRoundTrip(nanos[replica]);
    }
  }

  int queuedItems() {
    return queue.queuedItems();
  }

  long queuedTokens() {
    return queue.queuedTokens();
  }

  /**
   * How busy the model is: the share of its slots that was, and one more for every half second that
   * the waiting work should take.
   */
  double utilisation(long now) {
    CostModel cost = cost();
    return busy.at(now) + admission.drainNanos(cost, budgetFor(cost, now)) / TOLERABLE_WAIT;
  }

  /** What has been learned, for metrics. */
  Learned learned(long now) {
    CostModel cost = cost();
    long oldest =
        Stream.concat(queue.interactive().stream(), queue.bulk().stream())
            .mapToLong(request -> now - request.arrival())
            .max()
            .orElse(0);
    return new Learned(
        safety.largest(now),
        cost.launch(),
        cost.perToken(),
        cost.quadratic(),
        budgetFor(cost, now),
        admission.drainNanos(cost, budgetFor(cost, now)),
        oldest);
  }

  /**
   * What a scheduler has learned.
   *
   * @param safety the factor by which predictions are stretched
   * @param launch nanoseconds a batch
   * @param perToken nanoseconds a token
   * @param quadratic nanoseconds a token and token of length
   * @param budget the most tokens of a batch
   * @param drainNanos how long the waiting work should take
   * @param oldestNanos how long the request that has waited longest has waited
   */
  record Learned(
      double safety,
      double launch,
      double perToken,
      double quadratic,
      long budget,
      double drainNanos,
      long oldestNanos) {}
}
