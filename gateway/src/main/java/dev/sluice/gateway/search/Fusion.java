package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.v1.FusionWeights;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.Score.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders candidates. Candidates of both legs by a convex combination of the cosine, mapped from
 * [-1, 1] to [0, 1], and of BM25 over its maximum among the candidates; those of one leg by its
 * score. Measured against reciprocal rank fusion in docs/decisions/0002.
 */
final class Fusion {

  /** For cosines of BGE-small: 1 for the cosine itself to 0.15 for BM25 over its maximum. */
  static final FusionWeights DEFAULT =
      FusionWeights.newBuilder().setDense(1).setLexical(0.075).build();

  private Fusion() {}

  /** Best first, ties by chunk id. */
  static List<Ranked> rank(List<Candidate> candidates, FusionWeights weights) {
    double highest =
        candidates.stream().mapToDouble(candidate -> orZero(candidate.bm25())).max().orElse(0);
    return candidates.stream()
        .map(candidate -> ranked(candidate, weights, highest))
        .sorted(
            Comparator.comparingDouble(Ranked::deciding)
                .reversed()
                .thenComparing(ranked -> ranked.passage().chunkId()))
        .toList();
  }

  private static Ranked ranked(Candidate candidate, FusionWeights weights, double highest) {
    List<Score> scores = new ArrayList<>();
    Double cosine = candidate.cosine();
    Double bm25 = candidate.bm25();
    if (cosine != null && bm25 != null) {
      scores.add(score(Kind.FUSED, fuse(cosine, highest == 0 ? 0 : bm25 / highest, weights)));
    }
    if (cosine != null) {
      scores.add(score(Kind.VECTOR_COSINE, cosine));
    }
    if (bm25 != null) {
      scores.add(score(Kind.BM25, bm25));
    }
    return new Ranked(candidate, List.copyOf(scores));
  }

  private static double fuse(double cosine, double lexical, FusionWeights weights) {
    double dense = (1 + cosine) / 2;
    return (weights.getDense() * dense + weights.getLexical() * lexical)
        / (weights.getDense() + weights.getLexical());
  }

  static Score score(Kind kind, double value) {
    return Score.newBuilder().setKind(kind).setValue(value).build();
  }

  private static double orZero(@Nullable Double value) {
    return value == null ? 0 : value;
  }
}
