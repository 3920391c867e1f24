package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StagePolicy;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which stages a call must have and which it can do without. Never unspecified. */
public final class StagePolicies {

  private final Map<Stage, StagePolicy> all;

  private StagePolicies(Map<Stage, StagePolicy> all) {
    this.all = new EnumMap<>(Stage.class);
    this.all.putAll(all);
  }

  /** OFF for a stage that the call does not have. */
  public StagePolicy of(Stage stage) {
    return all.getOrDefault(stage, StagePolicy.OFF);
  }

  public boolean isRequired(Stage stage) {
    return of(stage) == StagePolicy.REQUIRED;
  }

  public boolean isOff(Stage stage) {
    return of(stage) == StagePolicy.OFF;
  }

  /**
   * As the time of the call is planned: OFF stages are absent, and so much of retrieval and
   * generation is always done that they count as REQUIRED.
   */
  public Map<Stage, StagePolicy> planned() {
    Map<Stage, StagePolicy> planned = new EnumMap<>(Stage.class);
    planned.putAll(all);
    planned.values().removeIf(policy -> policy == StagePolicy.OFF);
    planned.replaceAll((stage, policy) ->
        stage == Stage.RETRIEVE || stage == Stage.GENERATE ? StagePolicy.REQUIRED : policy);
    return planned;
  }

  /** Reads the policies of a request: each stage of its kind of call is to be named once. */
  public static final class Reader {

    private static final String FIELD = "stage_policies";

    private final Map<String, StagePolicy> asked;
    private final Map<Stage, StagePolicy> all = new EnumMap<>(Stage.class);

    public Reader(Map<String, StagePolicy> asked) {
      this.asked = new HashMap<>(asked);
    }

    /**
     * A stage that the call can have.
     *
     * @param usual its policy where the request has none
     * @param refused policies that contradict the rest of the request
     * @throws Failure.InvalidInput saying {@code why} for one of those
     */
    public Reader stage(Stage stage, StagePolicy usual, Set<StagePolicy> refused, String why) {
      StagePolicy policy = asked.remove(stage.text());
      if (policy == null || policy == StagePolicy.STAGE_POLICY_UNSPECIFIED) {
        all.put(stage, usual);
        return this;
      }
      if (refused.contains(policy)) {
        throw new Failure.InvalidInput(field(stage.text()), "cannot be " + policy + ": " + why);
      }
      all.put(stage, policy);
      return this;
    }

    /** A stage that the call has in any case. */
    public Reader always(Stage stage, String why) {
      return stage(
          stage, StagePolicy.REQUIRED, EnumSet.of(StagePolicy.OPTIONAL, StagePolicy.OFF), why);
    }

    /** A stage that this call cannot have, though others of its kind do. */
    public Reader never(Stage stage, String why) {
      stage(stage, StagePolicy.OFF, EnumSet.of(StagePolicy.REQUIRED), why);
      return ignored(stage);
    }

    /** A stage that this call has no use for, whatever the request says of it. */
    public Reader ignored(Stage stage) {
      asked.remove(stage.text());
      all.put(stage, StagePolicy.OFF);
      return this;
    }

    /** Whether the request wants a stage by all means. */
    public boolean isRequired(Stage stage) {
      return asked.get(stage.text()) == StagePolicy.REQUIRED;
    }

    /**
     * @throws Failure.InvalidInput for a stage that was named and is none of this kind of call
     */
    public StagePolicies finish() {
      List<String> known =
          Arrays.stream(Stage.values()).filter(all::containsKey).map(Stage::text).toList();
      asked.keySet().stream()
          .sorted()
          .findFirst()
          .ifPresent(unknown -> {
            throw new Failure.InvalidInput(
                field(unknown), "is no stage of this call, which has " + String.join(", ", known));
          });
      return new StagePolicies(all);
    }

    private static String field(String stage) {
      return FIELD + "[\"" + stage + "\"]";
    }
  }
}
