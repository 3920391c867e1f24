package dev.sluice.bench.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Model servers that say that they are ready, and answer with nonsense or not at all. */
final class LyingModels {

  private static final int SECONDS = 10;

  private static final Map<String, String> VECTORS =
      Map.of(
          "LIES", "wrong shapes, counts, types, ids and NaN, in turn",
          "REFUSES", "an error for every batch",
          "SILENT", "no answer to any batch");

  private static final Map<ChatLie, String> TEXTS =
      Map.of(
          ChatLie.GARBAGE, "bytes that are no events after the first words",
          ChatLie.OTHER_SHAPE, "events of another shape",
          ChatLie.DRIP, "a word every 1.5 s",
          ChatLie.ENDLESS, "words without an end",
          ChatLie.BROKEN_OFF, "an end amid a sentence",
          ChatLie.SILENT, "headers and no word");

  private LyingModels() {}

  static List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    for (String lie : List.of("LIES", "REFUSES", "SILENT")) {
      scenarios.add(vectors(lie));
    }
    for (ChatLie lie : ChatLie.values()) {
      if (lie != ChatLie.NONE) {
        scenarios.add(texts(lie));
      }
    }
    return scenarios;
  }

  private static String name(String server, String lie) {
    return server + "-" + lie.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Evidence lie(Cluster cluster, String server, String lie) throws Exception {
    Evidence told = Evidence.counted("lies were told by " + server, () -> cluster.liesTold(server));
    cluster.lie(server + " " + lie);
    return told;
  }

  /** The gateway leaves its replica out, but for a probe now and then. */
  private static Scenario vectors(String lie) {
    return Scenario.of(
        name("vectors", lie),
        "the model server of one of two replicas of embed gives " + VECTORS.get(lie),
        Layout.MODEL_SERVERS,
        cluster -> lie(cluster, "triton", lie),
        SECONDS,
        cluster -> cluster.lie("triton NONE"),
        Expectation.recovered(15)
            .failing(20, "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED")
            .degraded("LEXICAL_ONLY", "RERANK_SKIPPED")
            .sparing(Kind.READ, Kind.DELETE));
  }

  /** What was written before the lie is sent, and said to be incomplete. */
  private static Scenario texts(ChatLie lie) {
    return Scenario.of(
        name("texts", lie.name()),
        "the model server of one of two replicas of generate gives " + TEXTS.get(lie),
        Layout.MODEL_SERVERS,
        cluster -> lie(cluster, "chat", lie.name()),
        SECONDS,
        cluster -> cluster.lie("chat NONE"),
        Expectation.recovered(15)
            .failing(12, "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED")
            .degraded("INCOMPLETE")
            .sparing(Kind.SEARCH, Kind.UPSERT, Kind.READ, Kind.DELETE, Kind.EMBED));
  }
}
