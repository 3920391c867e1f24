package dev.sluice.gateway.deadline;

import dev.sluice.type.v1.StagePolicy;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Divides what is left of a call's time over the stages that are left, anew before each of them. A
 * stage that the answer needs may take all that is left. One that it can do without gets what is
 * left beyond the reserve of those that it needs afterwards, shared with the others that it can do
 * without; where even half of its calls would take longer, it is left out. Pure; all times are
 * {@code System.nanoTime}.
 */
public final class DeadlinePlan {

  /** Part of the calls by which the time of a later stage is foreseen. */
  private static final double FORESEEN = 0.75;

  /** Part of the calls that are in time when a stage that can be left out is tried. */
  private static final double FLOOR = 0.5;

  /** Part of the rerankings that are in time with the documents that they get. */
  private static final double DOCUMENTS_IN_TIME = 0.9;

  /** Of what is left, the most that is kept for later stages. */
  private static final double MOST_RESERVED = 0.8;

  /** Of what is left, the most that stages may take that the answer can do without. */
  private static final double MOST_OPTIONAL = 0.9;

  /** Of what is left, what a generation is thought to take while nothing is known. */
  private static final double GENERATION = 0.5;

  private final StageLatencies latencies;
  private final long deadline;
  private final Map<Stage, StagePolicy> policies;

  /**
   * @param deadline when the call must be done
   * @param policies of the stages that the call has: REQUIRED or OPTIONAL, absent means OFF
   */
  public DeadlinePlan(StageLatencies latencies, long deadline, Map<Stage, StagePolicy> policies) {
    this.latencies = latencies;
    this.deadline = deadline;
    this.policies = new EnumMap<>(Stage.class);
    this.policies.putAll(policies);
  }

  /** Nanoseconds until the call must be done. */
  public long remaining(long now) {
    return Math.max(deadline - now, 0);
  }

  /** Nanoseconds that a stage may take from now on; empty when it is to be left out. */
  public OptionalLong slice(Stage stage, long now) {
    if (policies.get(stage) == StagePolicy.REQUIRED) {
      return OptionalLong.of(remaining(now));
    }
    long slice = optional(stage, now);
    long floor = latencies.quantile(stage, FLOOR, now).orElse(0);
    boolean fits = slice > 0 && (slice >= floor || latencies.probe(stage, now));
    return fits ? OptionalLong.of(slice) : OptionalLong.empty();
  }

  /**
   * Part of a generation's usual time that is left for it: 1 or more is enough, and so is all that
   * is left while nothing is known.
   */
  public double generationPart(long now) {
    OptionalLong usual = latencies.quantile(Stage.GENERATE, FLOOR, now);
    return usual.isEmpty() ? 1 : (double) remaining(now) / usual.getAsLong();
  }

  /** Whether it is time to try a stage that does not fit. */
  boolean probe(Stage stage, long now) {
    return latencies.probe(stage, now);
  }

  /**
   * Documents of which a reranking should be done in time; empty when it is to be left out.
   *
   * @param wanted the most, at least 1
   * @param least fewer are of no use
   */
  public OptionalInt documents(int wanted, int least, long now) {
    if (policies.get(Stage.RERANK) == StagePolicy.REQUIRED) {
      return OptionalInt.of(wanted);
    }
    long slice = optional(Stage.RERANK, now);
    long most = latencies.documents(slice, DOCUMENTS_IN_TIME, now).orElse(wanted);
    if (slice > 0 && most >= Math.min(least, wanted)) {
      if (most < wanted) {
        latencies.probe(Stage.RERANK, now); // it counts as a try: how it ends tells whether all fit
      }
      return OptionalInt.of((int) Math.min(most, wanted));
    }
    return slice > 0 && latencies.probe(Stage.RERANK, now)
        ? OptionalInt.of(Math.min(least, wanted))
        : OptionalInt.empty();
  }

  /** Nanoseconds of the reranking, whatever it is given. */
  public long rerankSlice(long now) {
    return policies.get(Stage.RERANK) == StagePolicy.REQUIRED
        ? remaining(now)
        : optional(Stage.RERANK, now);
  }

  private long optional(Stage stage, long now) {
    double left = MOST_OPTIONAL * (remaining(now) - reserve(stage, now));
    long sharing =
        policies.keySet().stream().filter(later -> isOptionalAfter(stage, later)).count();
    return (long) Math.max(left / (1 + sharing), 0);
  }

  private boolean isOptionalAfter(Stage stage, Stage later) {
    return later.compareTo(stage) > 0 && policies.get(later) == StagePolicy.OPTIONAL;
  }

  /** Nanoseconds kept for what the answer needs after a stage. */
  long reserve(Stage stage, long now) {
    long remaining = remaining(now);
    double needed = 0;
    for (Map.Entry<Stage, StagePolicy> later : policies.entrySet()) {
      if (later.getKey().compareTo(stage) > 0 && later.getValue() == StagePolicy.REQUIRED) {
        needed += foreseen(later.getKey(), remaining, now);
      }
    }
    return (long) Math.min(needed, MOST_RESERVED * remaining);
  }

  private double foreseen(Stage stage, long remaining, long now) {
    OptionalLong known =
        stage == Stage.RERANK ? OptionalLong.empty() : latencies.quantile(stage, FORESEEN, now);
    double unknown = stage == Stage.GENERATE ? GENERATION * remaining : 0;
    return known.isPresent() ? known.getAsLong() : unknown;
  }
}
