package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.Score.Kind;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The least score of one kind. Scores of other kinds are never compared with it.
 *
 * @param kind unspecified: there is no threshold
 */
public record Threshold(Kind kind, double value) {

  public static final Threshold NONE = new Threshold(Kind.KIND_UNSPECIFIED, 0);

  /** The results that reach it; all of them, reported, when none has such a score. */
  List<Ranked> apply(List<Ranked> ranked, StageLog log) {
    if (kind == Kind.KIND_UNSPECIFIED || ranked.isEmpty()) {
      return ranked;
    }
    if (ranked.stream().allMatch(each -> score(each).isEmpty())) {
      log.degrade(
          giver(),
          Reason.SCORE_MISSING,
          Effect.THRESHOLD_IGNORED,
          "no result has a score of the kind " + kind);
      return ranked;
    }
    return ranked.stream().filter(each -> reaches(score(each))).toList();
  }

  private boolean reaches(OptionalDouble score) {
    return score.isPresent() && score.getAsDouble() >= value;
  }

  private OptionalDouble score(Ranked ranked) {
    Optional<Score> score =
        ranked.scores().stream().filter(each -> each.getKind() == kind).findFirst();
    return score.isPresent() ? OptionalDouble.of(score.get().getValue()) : OptionalDouble.empty();
  }

  /** The stage that gives such scores. */
  private Stage giver() {
    return switch (kind) {
      case RERANK -> Stage.RERANK;
      case VECTOR_COSINE, FUSED -> Stage.EMBED;
      case BM25, DATA_SOURCE, KIND_UNSPECIFIED, UNRECOGNIZED -> Stage.RETRIEVE;
    };
  }
}
