package dev.sluice.serving.batching;

import dev.sluice.serving.batching.Refusal.Reason;
import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which requests may wait. A request that would be late is refused at once, so that the ones
 * admitted are not, and when work is contended nobody gets more than a fair share. Clockwork
 * (Gujarati et al., OSDI 2020) decides so for models whose time does not depend on the input; here
 * the work ahead is counted in tokens, and the prediction is stretched by a factor that calibrates
 * itself.
 */
final class Admission<I, O> {

  /** Requests with up to so many times as much time compete with the most urgent ones. */
  private static final long COMPARABLE = 4;

  /** The most of the time until a deadline that is left to others who have had less. */
  private static final double MOST_OWED = 0.5;

  private static final long SHORTEST_RETRY_NANOS = 10_000_000L;
  private static final long LONGEST_RETRY_NANOS = 2_000_000_000L;

  /** Why not to admit a request that the queue has room for, at a rate of tokens a nanosecond. */
  private interface Rule {
    Optional<Reason> reason(BatchRequest<?, ?> request, double rate, long now);
  }

  private final BatchQueue<I, O> queue;
  private final SlotTable slots;
  private final SafetyFactor safety;
  private final ShortestSlack shortestSlack;
  private final FairShare<String> tenants = new FairShare<>();
  private final FairShare<Priority> classes = new FairShare<>();

  Admission(
      BatchQueue<I, O> queue, SlotTable slots, SafetyFactor safety, ShortestSlack shortestSlack) {
    this.shortestSlack = shortestSlack;
    this.queue = queue;
    this.slots = slots;
    this.safety = safety;
  }

  /**
   * The reason why not to admit a request, if there is one.
   *
   * @param cost what batches cost
   * @param budget the most tokens of a batch
   */
  Optional<Refusal> refuse(BatchRequest<I, O> request, CostModel cost, long budget, long now) {
    asked(request, request.tokens(), now);
    return judged(request, cost, budget, now, this::reason);
  }

  /**
   * The reason why there would be no room for a request of at least so much work, if there would be
   * none. Whether it has more than its share is judged when all of it is known.
   *
   * @param least a request with the least that each of its items can be
   * @param cost what batches cost
   * @param budget the most tokens of a batch
   */
  Optional<Refusal> foresee(BatchRequest<?, ?> least, CostModel cost, long budget, long now) {
    Optional<Refusal> refusal = judged(least, cost, budget, now, this::noRoom);
    if (refusal.isPresent()) {
      asked(least, Math.max(least.tokens(), expected(least, now)), now);
    }
    return refusal;
  }

  /** A request may be as large as the last one of the same tenant. */
  private long expected(BatchRequest<?, ?> request, long now) {
    return tenants.expected(request.caller().tenant(), request.slack(), now);
  }

  private void asked(BatchRequest<?, ?> request, long size, long now) {
    Caller caller = request.caller();
    long more = caller.again() ? 0 : request.tokens();
    tenants.asked(caller.tenant(), request.slack(), size, more, now);
    classes.asked(caller.priority(), request.slack(), size, more, now);
  }

  private Optional<Refusal> judged(
      BatchRequest<?, ?> request, CostModel cost, long budget, long now, Rule rule) {
    if (!queue.hasRoom(request)) {
      return Optional.of(refusal(Reason.QUEUE_FULL, rate(List.of(), cost, budget)));
    }
    if (!cost.isKnown() || (queue.isEmpty() && slots.allIdle())) {
      return Optional.empty();
    }
    double rate = rate(request.items(), cost, budget);
    return rule.reason(request, rate, now).map(why -> refusal(why, rate));
  }

  /** A request was admitted. */
  void admitted(BatchRequest<I, O> request, long now) {
    tenants.admitted(request.caller().tenant(), request.slack(), request.tokens(), now);
    classes.admitted(request.caller().priority(), request.slack(), request.tokens(), now);
  }

  private Optional<Reason> reason(BatchRequest<?, ?> request, double rate, long now) {
    double load = load(request, rate, now);
    if (load > 1) {
      return Optional.of(Reason.PREDICTED_LATE);
    }
    load = Math.max(load, urgentLoad(request, rate, now));
    return unfair(request, load, owed(request, rate, now), now);
  }

  private Optional<Reason> noRoom(BatchRequest<?, ?> request, double rate, long now) {
    double load = load(request, rate, now);
    if (load > 1) {
      return Optional.of(Reason.PREDICTED_LATE);
    }
    return load + owed(request, rate, now) > 1
        ? Optional.of(Reason.TENANT_SHARE)
        : Optional.empty();
  }

  /** How much of the time until its deadline is taken with a request. */
  private double load(BatchRequest<?, ?> request, double rate, long now) {
    long work = queue.dueBy(request.due()) + request.tokens();
    return load(work, request.deadline() - now, request.slack(), rate, now);
  }

  /** How much of the time until its deadline a request has to leave to other tenants. */
  private double owed(BatchRequest<?, ?> request, double rate, long now) {
    long slack = request.slack();
    long tokens = tenants.owed(request.caller().tenant(), slack, rate * RecentWork.WINDOW, now);
    double load = tokens == 0 ? 0 : load(tokens, request.deadline() - now, slack, rate, now);
    return Math.min(load, MOST_OWED);
  }

  /**
   * How much of the time until a deadline is taken: more than 1 means late.
   *
   * @param work tokens to do until then
   * @param remaining nanoseconds until the deadline
   * @param slack nanoseconds from arrival to deadline of such requests
   * @param rate tokens a nanosecond
   */
  private double load(long work, long remaining, long slack, double rate, long now) {
    double possible = (remaining - slots.residual(now)) * rate / safety.value(slack, now);
    return possible <= 0 ? Double.POSITIVE_INFINITY : work / possible;
  }

  private Optional<Reason> unfair(BatchRequest<?, ?> request, double load, double owed, long now) {
    var caller = request.caller();
    long slack = request.slack();
    long tokens = request.tokens();
    if (load + owed > 1 || tenants.isExceeded(caller.tenant(), slack, tokens, load, now)) {
      return Optional.of(Reason.TENANT_SHARE);
    }
    return classes.isExceeded(caller.priority(), slack, tokens, load, now)
        ? Optional.of(Reason.CLASS_SHARE)
        : Optional.empty();
  }

  /** How much of the time of the most urgent requests is taken, where they are comparable. */
  private double urgentLoad(BatchRequest<?, ?> request, double rate, long now) {
    long shortest = shortestSlack.nanos(now);
    if (shortest >= request.slack() || shortest < request.slack() / COMPARABLE) {
      return 0;
    }
    long urgent = queue.dueBy(now + Math.min(shortest, request.due() - now));
    return load(urgent, shortest, shortest, rate, now);
  }

  /** Real tokens a nanosecond of what waits and these items; 0 where there is nothing. */
  private double rate(List<? extends BatchItem<?, ?>> items, CostModel cost, long budget) {
    Backlog backlog = queue.backlog();
    items.forEach(item -> backlog.add(item.tokens));
    double rate = backlog.rate(cost, budget);
    items.forEach(item -> backlog.remove(item.tokens));
    return rate;
  }

  /** When half of what waits should be done. */
  private Refusal refusal(Reason reason, double rate) {
    double nanos = rate == 0 ? 0 : queue.queuedTokens() / 2.0 / rate;
    long retry =
        (long) Math.clamp(nanos, (double) SHORTEST_RETRY_NANOS, (double) LONGEST_RETRY_NANOS);
    return new Refusal(reason, Duration.ofNanos(retry));
  }

  /** Nanoseconds that the waiting work should take: what a replica autoscaler may look at. */
  double drainNanos(CostModel cost, long budget) {
    double rate = rate(List.of(), cost, budget);
    return rate == 0 ? 0 : queue.queuedTokens() / rate;
  }
}
