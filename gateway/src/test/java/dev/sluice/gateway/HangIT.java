package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.assistant;
import static dev.sluice.gateway.Cluster.query;
import static dev.sluice.gateway.Cluster.question;
import static dev.sluice.gateway.Cluster.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of services that do not answer. Only the gateway's own deadline ends these calls, so
 * that they end at all shows that it gave up in time. Each row has a gateway of its own, which
 * knows nothing of how long stages take; all rows wait side by side.
 */
@Timeout(120)
class HangIT {

  private static final String WATER = "gates control water";
  private static final long DEADLINE_MILLIS = 3000;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "SLUICE_GATEWAY_INTERACTIVE_DEADLINE",
          DEADLINE_MILLIS + "ms",
          "SLUICE_GATEWAY_REWRITE_TIMEOUT",
          "200ms");

  private static final Map<String, Future<?>> ROWS = new ConcurrentHashMap<>();
  private static final ExecutorService SIDE_BY_SIDE = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeAll
  static void start(@TempDir Path data) {
    Stream.concat(searches(), answers())
        .forEach(row -> {
          Path directory = data.resolve("row" + ROWS.size());
          ROWS.put(row.toString(), SIDE_BY_SIDE.submit(() -> run(row, directory)));
        });
  }

  @AfterAll
  static void stop() {
    SIDE_BY_SIDE.close();
  }

  private static Void run(Scenario row, Path directory) throws Exception {
    try (Cluster cluster = Cluster.start(directory, SETTINGS)) {
      row.leaving(HangIT::assertInnerDeadlines).happens(cluster);
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource({"searches", "answers"})
  void ends(Scenario scenario) throws Exception {
    var _ = Objects.requireNonNull(ROWS.get(scenario.toString())).get();
  }

  /** What is awaited is given up before the caller gives up. */
  private static void assertInnerDeadlines(ScriptedServices services) {
    Stream.of(services.embed, services.rerank, services.generate, services.retrieve)
        .flatMap(calls -> calls.received.stream())
        .forEach(call ->
            assertThat(call.leftNanos())
                .isLessThan(TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS)));
  }

  private static Stream<Scenario> searches() {
    Consumer<ScriptedServices> embed = services -> services.embed.script = Script.HANGS;
    Consumer<ScriptedServices> rerank = services -> services.rerank.script = Script.HANGS;
    Consumer<ScriptedServices> source = services -> services.retrieve.script = Script.HANGS;
    return Stream.of(
        Scenario.search("embed hangs", embed, query(WATER))
            .degrades("embed STAGE_TIMEOUT LEXICAL_ONLY")
            .stages("embed FAILED", "retrieve COMPLETED", "rerank COMPLETED"),
        Scenario.search("embed hangs, no word matches", embed, query("zebra"))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("embed FAILED", "retrieve COMPLETED", "rerank SKIPPED"),
        Scenario.search("embed hangs, dense", embed, query(WATER).setMode(RetrievalMode.DENSE))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("embed FAILED"),
        Scenario.search("embed hangs, required", embed, with("embed", StagePolicy.REQUIRED))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("embed FAILED"),
        Scenario.search("embed hangs, off", embed, with("embed", StagePolicy.OFF)),
        Scenario.search("rerank hangs", rerank, query(WATER))
            .degrades("rerank STAGE_TIMEOUT RERANK_SKIPPED")
            .stages("embed COMPLETED", "retrieve COMPLETED", "rerank FAILED"),
        Scenario.search("rerank hangs, required", rerank, with("rerank", StagePolicy.REQUIRED))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("embed COMPLETED", "retrieve COMPLETED", "rerank FAILED"),
        Scenario.search(
                "a data source hangs",
                source,
                SearchRequest.newBuilder().setDataSource("wiki").setQuery(WATER))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("retrieve FAILED"));
  }

  private static SearchRequest.Builder with(String stage, StagePolicy policy) {
    return query(WATER).putStagePolicies(stage, policy);
  }

  private static Stream<Scenario> answers() {
    AnswerRequest.Builder talk =
        AnswerRequest.newBuilder()
            .setCollection("c")
            .addMessages(user("What do gates control?"))
            .addMessages(assistant("Water."))
            .addMessages(user("And they?"));
    Consumer<ScriptedServices> writing = services -> services.writing = Writing.hangs();
    Consumer<ScriptedServices> rewriting = services -> services.rewriting = Writing.hangs();
    return Stream.of(
        Scenario.answer("the model hangs", writing, question(WATER))
            .degrades("generate STAGE_TIMEOUT EXTRACTIVE_ANSWER")
            .and(ended -> assertThat(ended.answer().getCitationsCount()).isEqualTo(1)),
        Scenario.answer(
                "the model hangs, and no other one is wanted",
                writing,
                question(WATER).putStagePolicies("generate", StagePolicy.REQUIRED))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("embed COMPLETED", "retrieve COMPLETED", "rerank COMPLETED", "generate FAILED"),
        Scenario.answer(
                "both models hang",
                services -> {
                  services.writing = Writing.hangs();
                  services.fallback = Writing.hangs();
                },
                question(WATER))
            .degrades("generate STAGE_TIMEOUT EXTRACTIVE_ANSWER")
            .fails(Code.DEADLINE_EXCEEDED),
        Scenario.answer(
                "the model stops after a word",
                services -> services.writing = Writing.hangs(Writing.delta("half")),
                question(WATER))
            .degrades("generate STAGE_TIMEOUT EFFECT_UNSPECIFIED")
            .and(ended -> {
              assertThat(ended.answer().getText()).isEqualTo("half");
              assertThat(ended.answer().getFinishReason()).isEqualTo(FinishReason.INCOMPLETE);
            }),
        Scenario.answer("rewriting hangs", rewriting, talk.clone())
            .degrades("rewrite STAGE_TIMEOUT REWRITE_SKIPPED")
            .and(ended -> assertThat(ended.answer().getText()).isNotEmpty()),
        Scenario.answer(
                "rewriting hangs, required",
                rewriting,
                talk.clone().putStagePolicies("rewrite", StagePolicy.REQUIRED))
            .fails(Code.DEADLINE_EXCEEDED)
            .stages("rewrite FAILED"));
  }
}
