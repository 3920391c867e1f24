package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.query;
import static dev.sluice.gateway.Cluster.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.ScoreThreshold;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of what a search does when its stages fail at once. */
class ScenarioIT {

  private static final String WATER = "gates control water";

  @TempDir private static Path data;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(data);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @MethodSource({"embedding", "reranking", "halfAnswers", "thresholds"})
  void happens(Scenario scenario) throws Exception {
    scenario.happens(cluster);
  }

  /**
   * What a service does.
   *
   * @param reason of the degradation where it may be masked; else empty
   * @param seen by the caller where it is not masked
   */
  private record Breakage(Code code, String reason, Code seen) {}

  private static final List<Breakage> BREAKAGES =
      List.of(
          new Breakage(Code.UNAVAILABLE, "STAGE_UNAVAILABLE", Code.UNAVAILABLE),
          new Breakage(Code.RESOURCE_EXHAUSTED, "STAGE_OVERLOADED", Code.RESOURCE_EXHAUSTED),
          new Breakage(Code.INTERNAL, "STAGE_FAILED", Code.INTERNAL),
          new Breakage(Code.UNKNOWN, "STAGE_FAILED", Code.INTERNAL),
          new Breakage(Code.CANCELLED, "STAGE_FAILED", Code.INTERNAL),
          new Breakage(Code.DEADLINE_EXCEEDED, "STAGE_TIMEOUT", Code.DEADLINE_EXCEEDED),
          new Breakage(Code.PERMISSION_DENIED, "", Code.FAILED_PRECONDITION),
          new Breakage(Code.UNAUTHENTICATED, "", Code.FAILED_PRECONDITION),
          new Breakage(Code.INVALID_ARGUMENT, "", Code.FAILED_PRECONDITION),
          new Breakage(Code.NOT_FOUND, "", Code.FAILED_PRECONDITION),
          new Breakage(Code.UNIMPLEMENTED, "", Code.UNIMPLEMENTED));

  private static Stream<Scenario> embedding() {
    return BREAKAGES.stream().flatMap(ScenarioIT::embedding);
  }

  private static Stream<Scenario> embedding(Breakage breakage) {
    Consumer<ScriptedServices> broken =
        services -> services.embed.script = Script.fails(breakage.code());
    String name = "embed " + breakage.code();
    return Stream.of(
        masked(Scenario.search(name + ", hybrid", broken, query(WATER)), breakage, "embed"),
        masked(Scenario.answer(name + ", hybrid", broken, question(WATER)), breakage, "embed"),
        Scenario.search(name + ", hybrid, no word matches", broken, query("zebra"))
            .fails(breakage.seen()),
        Scenario.search(name + ", dense", broken, query(WATER).setMode(RetrievalMode.DENSE))
            .fails(breakage.seen()),
        Scenario.search(name + ", required", broken, with("embed", StagePolicy.REQUIRED))
            .fails(breakage.seen()),
        Scenario.search(name + ", off", broken, with("embed", StagePolicy.OFF))
            .stages("retrieve COMPLETED", "rerank COMPLETED")
            .leaving(services -> assertThat(services.embed.received).isEmpty()),
        Scenario.search(name + ", lexical", broken, query(WATER).setMode(RetrievalMode.LEXICAL))
            .stages("retrieve COMPLETED", "rerank COMPLETED"));
  }

  private static Stream<Scenario> reranking() {
    return BREAKAGES.stream().flatMap(ScenarioIT::reranking);
  }

  private static Stream<Scenario> reranking(Breakage breakage) {
    Consumer<ScriptedServices> broken =
        services -> services.rerank.script = Script.fails(breakage.code());
    String name = "rerank " + breakage.code();
    return Stream.of(
        masked(Scenario.search(name + ", optional", broken, query(WATER)), breakage, "rerank"),
        masked(Scenario.answer(name + ", optional", broken, question(WATER)), breakage, "rerank"),
        Scenario.search(name + ", required", broken, with("rerank", StagePolicy.REQUIRED))
            .fails(breakage.seen()),
        Scenario.search(name + ", off", broken, with("rerank", StagePolicy.OFF))
            .stages("embed COMPLETED", "retrieve COMPLETED")
            .leaving(services -> assertThat(services.rerank.received).isEmpty()));
  }

  private static SearchRequest.Builder with(String stage, StagePolicy policy) {
    return query(WATER).putStagePolicies(stage, policy);
  }

  /** A failure that passes is masked and reported; any other one is the caller's. */
  private static Scenario masked(Scenario scenario, Breakage breakage, String stage) {
    if (breakage.reason().isEmpty()) {
      return scenario.fails(breakage.seen());
    }
    String effect = stage.equals("embed") ? " LEXICAL_ONLY" : " RERANK_SKIPPED";
    return scenario
        .degrades(stage + " " + breakage.reason() + effect)
        .and(ended -> {
          assertThat(ended.documents()).first().isEqualTo("gates");
          assertThat(ended.reports())
              .anyMatch(report ->
                  report.getStage().equals(stage) && report.getOutcome().name().equals("FAILED"));
        });
  }

  private static Stream<Scenario> halfAnswers() {
    String embedFailed = "embed STAGE_FAILED LEXICAL_ONLY";
    String rerankFailed = "rerank STAGE_FAILED RERANK_SKIPPED";
    return Stream.of(
        search("no vector", services -> services.embedAnswer = ScenarioIT::withoutVector)
            .degrades(embedFailed),
        search("a vector that is no number", services -> services.embedAnswer = ScenarioIT::nan)
            .degrades(embedFailed),
        search("an order without one", services -> services.rerankAnswer = ScenarioIT::withoutOne)
            .degrades(rerankFailed)
            .and(ended -> assertThat(ended.documents()).containsExactly("gates", "cats")),
        search("an order with one twice", services -> services.rerankAnswer = ScenarioIT::twice)
            .degrades(rerankFailed)
            .and(ended -> assertThat(ended.results()).hasSize(2)),
        search("a place that is none", services -> services.rerankAnswer = ScenarioIT::elsewhere)
            .degrades(rerankFailed),
        search("no order", services -> services.rerankAnswer = whole -> noOrder())
            .degrades(rerankFailed)
            .and(ended -> assertThat(ended.results()).hasSize(2)),
        search(
                "a query too long for the embedding",
                services -> services.embedAnswer = ScenarioIT::cut)
            .degrades("embed INPUT_TRUNCATED EFFECT_UNSPECIFIED"),
        search(
                "a query too long for the reranking",
                services ->
                    services.rerankAnswer =
                        whole -> whole.toBuilder().setQueryTruncated(true).build())
            .degrades("rerank INPUT_TRUNCATED EFFECT_UNSPECIFIED"),
        search(
                "a passage too long for the reranking",
                services -> services.rerankAnswer = ScenarioIT::passageCut)
            .degrades("rerank INPUT_TRUNCATED EFFECT_UNSPECIFIED"),
        search("another embedding model", services -> services.fingerprint = "fingerprint-2")
            .fails(Code.FAILED_PRECONDITION)
            .and(ended -> assertThat(ended.reason()).isEqualTo("MODEL_MISMATCH")));
  }

  private static Scenario search(String name, Consumer<ScriptedServices> script) {
    return Scenario.search(name, script, query(WATER));
  }

  private static EmbedResponse withoutVector(EmbedResponse whole) {
    return whole.toBuilder().clearEmbeddings().build();
  }

  private static EmbedResponse nan(EmbedResponse whole) {
    EmbedResponse.Builder spoiled = whole.toBuilder();
    spoiled.getEmbeddingsBuilder(0).getFloatVectorBuilder().setValues(3, Float.NaN);
    return spoiled.build();
  }

  private static EmbedResponse cut(EmbedResponse whole) {
    EmbedResponse.Builder spoiled = whole.toBuilder();
    spoiled.getEmbeddingsBuilder(0).setTruncated(true);
    return spoiled.build();
  }

  private static RerankResponse withoutOne(RerankResponse whole) {
    return whole.toBuilder().removeResults(1).build();
  }

  private static RerankResponse twice(RerankResponse whole) {
    return whole.toBuilder().setResults(1, whole.getResults(0)).build();
  }

  private static RerankResponse elsewhere(RerankResponse whole) {
    RerankResponse.Builder spoiled = whole.toBuilder();
    spoiled.getResultsBuilder(0).setIndex(7);
    return spoiled.build();
  }

  private static RerankResponse noOrder() {
    return RerankResponse.getDefaultInstance();
  }

  private static RerankResponse passageCut(RerankResponse whole) {
    RerankResponse.Builder spoiled = whole.toBuilder();
    spoiled.getResultsBuilder(1).setTruncated(true);
    return spoiled.build();
  }

  private static Stream<Scenario> thresholds() {
    Consumer<ScriptedServices> obedient = services -> {};
    Consumer<ScriptedServices> noEmbed =
        services -> services.embed.script = Script.fails(Code.UNAVAILABLE);
    Consumer<ScriptedServices> noRerank =
        services -> services.rerank.script = Script.fails(Code.UNAVAILABLE);
    return Stream.of(
        Scenario.search("threshold applied", obedient, above(Score.Kind.RERANK, 0.9))
            .and(ended -> assertThat(ended.documents()).containsExactly("gates")),
        Scenario.search("threshold that nothing reaches", obedient, above(Score.Kind.RERANK, 1.1))
            .and(ended -> assertThat(ended.results()).isEmpty()),
        Scenario.search("threshold without reranking", noRerank, above(Score.Kind.RERANK, 1.1))
            .degrades(
                "rerank STAGE_UNAVAILABLE RERANK_SKIPPED", "rerank SCORE_MISSING THRESHOLD_IGNORED")
            .and(ended -> assertThat(ended.results()).hasSize(2)),
        Scenario.search("threshold without vectors", noEmbed, above(Score.Kind.FUSED, 2))
            .degrades(
                "embed STAGE_UNAVAILABLE LEXICAL_ONLY", "embed SCORE_MISSING THRESHOLD_IGNORED")
            .and(ended -> assertThat(ended.results()).isNotEmpty()),
        Scenario.search(
                "nothing left of a narrowed retrieval", noEmbed, above(Score.Kind.RERANK, 1.1))
            .fails(Code.UNAVAILABLE),
        Scenario.answer(
                "nothing left of a narrowed retrieval",
                noEmbed,
                question(WATER)
                    .setScoreThreshold(
                        ScoreThreshold.newBuilder().setKind(Score.Kind.RERANK).setValue(1.1)))
            .degrades("embed STAGE_UNAVAILABLE LEXICAL_ONLY")
            .fails(Code.UNAVAILABLE),
        Scenario.answer(
                "nothing reaches the threshold",
                obedient,
                question(WATER)
                    .setScoreThreshold(
                        ScoreThreshold.newBuilder().setKind(Score.Kind.RERANK).setValue(1.1)))
            .stages("embed COMPLETED", "retrieve COMPLETED", "rerank COMPLETED", "generate SKIPPED")
            .and(ended -> {
              assertThat(ended.answer().getAbstention().getReason().name())
                  .isEqualTo("NO_RELEVANT_CONTENT");
              assertThat(ended.answer().getText()).isEmpty();
            }));
  }

  private static SearchRequest.Builder above(Score.Kind kind, double value) {
    return query(WATER)
        .setScoreThreshold(ScoreThreshold.newBuilder().setKind(kind).setValue(value));
  }
}
