package dev.sluice.serving.batching;

import dev.sluice.serving.batching.Refusal.Reason;
import java.time.Duration;
import java.util.Optional;

/**
 * Which requests may wait. A request that would be late is refused at once, so that the ones
 * admitted are not, and when work is contended nobody gets more than a fair share. Clockwork
 * (Gujarati et al., OSDI 2020) decides so for models whose time does not depend on the input; here
 * the work ahead is counted in tokens, and the prediction is stretched by a factor that calibrates
 * itself.
 */
final class Admission<I, O> {

  /** Work that fills more than this part of the time to the deadline is contended. */
  private static final double CONTENDED = 0.5;

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(10);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);

  private final BatchQueue<I, O> queue;
  private final SlotTable slots;
  private final Throughput throughput;
  private final SafetyFactor safety;

  Admission(BatchQueue<I, O> queue, SlotTable slots, Throughput throughput, SafetyFactor safety) {
    this.queue = queue;
    this.slots = slots;
    this.throughput = throughput;
    this.safety = safety;
  }

  /**
   * The reason why not to admit a request, if there is one.
   *
   * @param cost what batches cost
   * @param budget the most tokens of a batch
   */
  Optional<Refusal> refuse(BatchRequest<I, O> request, CostModel cost, long budget, long now) {
    long tokens = request.items().stream().mapToLong(item -> item.tokens).sum();
    queue.tenants().seen(request.caller().tenant(), request.slack(), now);
    queue.classes().seen(request.caller().priority(), request.slack(), now);
    return reason(request, tokens, cost, budget, now).map(why -> new Refusal(why, retryAfter()));
  }

  private Optional<Reason> reason(
      BatchRequest<I, O> request, long tokens, CostModel cost, long budget, long now) {
    if (!queue.hasRoom(request.deadline(), tokens)) {
      return Optional.of(Reason.QUEUE_FULL);
    }
    if (queue.isEmpty() && slots.allIdle()) {
      return Optional.empty();
    }
    long slack = request.deadline() - now;
    if (completion(request, tokens, cost, budget, now) > slack) {
      return Optional.of(Reason.PREDICTED_LATE);
    }
    return unfair(request, tokens, slack, now);
  }

  /** Nanoseconds until the request should be done; too small a number while nothing is known. */
  private double completion(
      BatchRequest<I, O> request, long tokens, CostModel cost, long budget, long now) {
    long residual = slots.residual(now);
    double rate = rate();
    long work = queue.dueBy(request.deadline()) + tokens;
    double waiting = rate == 0 ? 0 : safety.value() * work / rate;
    return residual + Math.max(waiting, alone(tokens, cost, budget));
  }

  /** Nanoseconds of a request that has all slots for itself. */
  private double alone(long tokens, CostModel cost, long budget) {
    if (!cost.isKnown()) {
      return 0;
    }
    long batches = (tokens + budget - 1) / budget;
    return cost.launch() + cost.perToken() * tokens / Math.min(slots.size(), batches);
  }

  private Optional<Reason> unfair(BatchRequest<I, O> request, long tokens, long slack, long now) {
    double possible = rate() * (double) slack / safety.value();
    if (possible == 0 || queue.dueBy(request.deadline()) + tokens <= CONTENDED * possible) {
      return Optional.empty();
    }
    var caller = request.caller();
    if (queue
        .tenants()
        .isExceeded(caller.tenant(), request.deadline(), slack, tokens, possible, now)) {
      return Optional.of(Reason.TENANT_SHARE);
    }
    return queue
            .classes()
            .isExceeded(caller.priority(), request.deadline(), slack, tokens, possible, now)
        ? Optional.of(Reason.CLASS_SHARE)
        : Optional.empty();
  }

  /** Tokens a nanosecond of all slots; 0 while it is not known. */
  private double rate() {
    return throughput.perSlot() * slots.size();
  }

  /** When half of what waits should be done. */
  private Duration retryAfter() {
    double nanos = rate() == 0 ? 0 : queue.queuedTokens() / 2.0 / rate();
    Duration half = Duration.ofNanos((long) Math.min(nanos, (double) LONGEST_RETRY.toNanos()));
    return half.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : half;
  }

  /** Nanoseconds that the waiting work should take: what a replica autoscaler may look at. */
  double drainNanos() {
    return rate() == 0 ? 0 : queue.queuedTokens() / rate();
  }
}
