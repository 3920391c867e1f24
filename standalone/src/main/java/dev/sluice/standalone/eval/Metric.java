package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The scores of a ranking by their keys in reports. */
enum Metric {
  NDCG_AT_10("nDCG@10"),
  RECALL_AT_10("recall@10"),
  RECALL_AT_100("recall@100"),
  MRR("MRR");

  private final String title;

  Metric(String title) {
    this.title = title;
  }

  double of(RankingScores scores) {
    return switch (this) {
      case NDCG_AT_10 -> scores.ndcgAt10();
      case RECALL_AT_10 -> scores.recallAt10();
      case RECALL_AT_100 -> scores.recallAt100();
      case MRR -> scores.mrr();
    };
  }

  /** For people. */
  String title() {
    return title;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Puts every score under its key. */
  static void write(RankingScores scores, ObjectNode json) {
    for (Metric metric : values()) {
      json.put(metric.key(), Rounded.of(metric.of(scores)));
    }
  }
}
