package dev.sluice.standalone.eval;

import java.util.Locale;

/** The scores of a ranking by their keys in reports. */
enum Metric {
  NDCG_AT_10,
  RECALL_AT_10,
  RECALL_AT_100,
  MRR;

  double of(RankingScores scores) {
    return switch (this) {
      case NDCG_AT_10 -> scores.ndcgAt10();
      case RECALL_AT_10 -> scores.recallAt10();
      case RECALL_AT_100 -> scores.recallAt100();
      case MRR -> scores.mrr();
    };
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
