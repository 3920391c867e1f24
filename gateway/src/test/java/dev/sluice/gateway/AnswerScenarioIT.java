package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.assistant;
import static dev.sluice.gateway.Cluster.question;
import static dev.sluice.gateway.Cluster.user;
import static dev.sluice.gateway.Writing.completed;
import static dev.sluice.gateway.Writing.delta;
import static dev.sluice.gateway.Writing.quote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerEvent.EventCase;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
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

/** The table of how answers end when writing or rewriting goes wrong. */
class AnswerScenarioIT {

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
  @MethodSource({"writing", "contexts", "rewriting"})
  void happens(Scenario scenario) throws Exception {
    scenario.happens(cluster);
  }

  private static Stream<Scenario> writing() {
    AnswerRequest.Builder required =
        question(WATER).putStagePolicies("generate", StagePolicy.REQUIRED);
    return Stream.of(
        answer("all is well", services -> {})
            .stages(
                "embed COMPLETED",
                "retrieve COMPLETED",
                "rerank COMPLETED",
                "generate COMPLETED",
                "verify COMPLETED")
            .and(ended ->
                assertThat(ended.eventCases())
                    .containsExactly(
                        EventCase.STARTED,
                        EventCase.SEARCH_RESULTS,
                        EventCase.TEXT_DELTA,
                        EventCase.CITATION,
                        EventCase.COMPLETED)),
        replaced("unavailable", "STAGE_UNAVAILABLE", Writing.fails(Code.UNAVAILABLE)),
        replaced("overloaded", "STAGE_OVERLOADED", Writing.fails(Code.RESOURCE_EXHAUSTED)),
        replaced("broken", "STAGE_FAILED", Writing.fails(Code.INTERNAL)),
        replaced("out of time", "STAGE_TIMEOUT", Writing.fails(Code.DEADLINE_EXCEEDED)),
        replaced("without a word", "STAGE_FAILED", Writing.events()),
        answer("refused", services -> services.writing = Writing.fails(Code.PERMISSION_DENIED))
            .fails(Code.FAILED_PRECONDITION),
        Scenario.answer(
                "broken, and no other model is wanted",
                services -> services.writing = Writing.fails(Code.INTERNAL),
                required)
            .fails(Code.INTERNAL)
            .leaving(services -> assertThat(models(services)).containsExactly("")),
        answer(
                "both models broken",
                services -> {
                  services.writing = Writing.fails(Code.INTERNAL);
                  services.fallback = Writing.fails(Code.RESOURCE_EXHAUSTED);
                })
            .degrades("generate STAGE_FAILED EXTRACTIVE_ANSWER")
            .fails(Code.RESOURCE_EXHAUSTED),
        incomplete("breaks off", "STAGE_FAILED", Writing.breaks(Code.INTERNAL, delta("half"))),
        incomplete(
            "loses it", "STAGE_UNAVAILABLE", Writing.breaks(Code.UNAVAILABLE, delta("half"))),
        incomplete("ends without a word of it", "STAGE_FAILED", Writing.events(delta("half"))),
        answer(
                "the other model breaks off",
                services -> {
                  services.writing = Writing.fails(Code.INTERNAL);
                  services.fallback = Writing.breaks(Code.INTERNAL, delta("half"));
                })
            .degrades(
                "generate STAGE_FAILED EXTRACTIVE_ANSWER",
                "generate STAGE_FAILED EFFECT_UNSPECIFIED")
            .and(ended -> assertThat(ended.answer().getText()).isEqualTo("half")),
        answer(
                "refused after the first word",
                services ->
                    services.writing = Writing.breaks(Code.PERMISSION_DENIED, delta("half")))
            .fails(Code.FAILED_PRECONDITION),
        answer(
                "no support",
                services -> services.writing = Writing.events(completed(FinishReason.NO_SUPPORT)))
            .and(ended ->
                assertThat(ended.answer().getAbstention().getReason().name())
                    .isEqualTo("LOW_GROUNDING")),
        answer(
                "quotes that stand nowhere",
                services ->
                    services.writing =
                        Writing.events(
                            delta("Gates are made of cheese."),
                            quote(0, "made of cheese", 0, 25),
                            quote(7, "The river", 0, 25),
                            completed()))
            .degrades(
                "verify CITATION_DROPPED EFFECT_UNSPECIFIED",
                "verify CITATION_DROPPED EFFECT_UNSPECIFIED")
            .and(ended -> assertThat(ended.answer().getCitationsList()).isEmpty()));
  }

  private static Scenario answer(String name, Consumer<ScriptedServices> script) {
    return Scenario.answer(name, script, question(WATER));
  }

  private static Scenario replaced(String name, String reason, Writing writing) {
    return answer(name, services -> services.writing = writing)
        .degrades("generate " + reason + " EXTRACTIVE_ANSWER")
        .stages(
            "embed COMPLETED",
            "retrieve COMPLETED",
            "rerank COMPLETED",
            "generate FAILED",
            "generate COMPLETED",
            "verify COMPLETED")
        .and(ended -> {
          assertThat(ended.answer().getFinishReason()).isEqualTo(FinishReason.STOP);
          assertThat(ended.answer().getCitationsCount()).isEqualTo(1);
        });
  }

  private static Scenario incomplete(String name, String reason, Writing writing) {
    return answer(name + " after the first word", services -> services.writing = writing)
        .degrades("generate " + reason + " EFFECT_UNSPECIFIED")
        .stages("embed COMPLETED", "retrieve COMPLETED", "rerank COMPLETED", "generate FAILED")
        .and(ended -> {
          assertThat(ended.answer().getText()).isEqualTo("half");
          assertThat(ended.answer().getFinishReason()).isEqualTo(FinishReason.INCOMPLETE);
        })
        .leaving(services -> assertThat(models(services)).containsExactly(""));
  }

  private static List<String> models(ScriptedServices services) {
    return services.generate.received.stream().map(call -> call.request().getModel()).toList();
  }

  private static Stream<Scenario> contexts() {
    return Stream.of(
        answer("room for one passage", services -> services.writing = Writing.withRoomFor(1))
            .degrades("generate INPUT_TRUNCATED CONTEXT_SHRUNK")
            .leaving(services -> assertThat(given(services)).containsExactly(2, 1)),
        answer("room for none", services -> services.writing = Writing.withRoomFor(0))
            .fails(Code.INVALID_ARGUMENT)
            .and(ended -> {
              assertThat(ended.reason()).isEqualTo("CONTEXT_TOO_LONG");
              assertThat(ended.field()).isEqualTo("messages");
            })
            .leaving(services -> assertThat(given(services)).containsExactly(2, 1)),
        answer(
                "room for one passage in the other model",
                services -> {
                  services.writing = Writing.fails(Code.INTERNAL);
                  services.fallback = Writing.withRoomFor(1);
                })
            .degrades(
                "generate STAGE_FAILED EXTRACTIVE_ANSWER",
                "generate INPUT_TRUNCATED CONTEXT_SHRUNK")
            .leaving(services -> assertThat(given(services)).containsExactly(2, 2, 1)),
        answer(
                "too long for less, then broken",
                services -> {
                  Writing small = Writing.fails(Code.INTERNAL);
                  services.writing =
                      (request, events) ->
                          (request.getDocumentsCount() > 1 ? Writing.withRoomFor(0) : small)
                              .write(request, events);
                })
            .degrades("generate STAGE_FAILED EXTRACTIVE_ANSWER"),
        answer(
                "too long after the first word",
                services ->
                    services.writing =
                        (request, events) -> {
                          events.onNext(delta("half"));
                          Writing.withRoomFor(0).write(request, events);
                        })
            .fails(Code.INVALID_ARGUMENT)
            .leaving(services -> assertThat(given(services)).containsExactly(2)));
  }

  private static List<Integer> given(ScriptedServices services) {
    return services.generate.received.stream()
        .map(call -> call.request().getDocumentsCount())
        .toList();
  }

  private static Stream<Scenario> rewriting() {
    Writing good = Writing.events(delta("gates \n control"), delta(" water"), completed());
    return Stream.of(
        talk("rewritten", services -> services.rewriting = good)
            .stages(
                "rewrite COMPLETED",
                "embed COMPLETED",
                "retrieve COMPLETED",
                "rerank COMPLETED",
                "generate COMPLETED",
                "verify COMPLETED")
            .and(ended -> assertThat(ended.answer().getRewrittenQuery()).isEqualTo(WATER))
            .leaving(
                services -> assertThat(sent(services).getMessages(2)).isEqualTo(user("And they?"))),
        unrewritten("nothing written", Writing.events(completed()), "STAGE_FAILED"),
        unrewritten("blank", Writing.events(delta(" \n"), completed()), "STAGE_FAILED"),
        unrewritten("control characters", Writing.events(delta("\0"), completed()), "STAGE_FAILED"),
        unrewritten("no end", Writing.events(delta("gates")), "STAGE_FAILED"),
        unrewritten(
            "cut", Writing.events(delta("gates"), completed(FinishReason.LENGTH)), "STAGE_FAILED"),
        unrewritten(
            "too much", Writing.events(delta("gates ".repeat(400)), completed()), "STAGE_FAILED"),
        unrewritten("broken", Writing.fails(Code.INTERNAL), "STAGE_FAILED"),
        unrewritten("unavailable", Writing.fails(Code.UNAVAILABLE), "STAGE_UNAVAILABLE"),
        unrewritten("overloaded", Writing.fails(Code.RESOURCE_EXHAUSTED), "STAGE_OVERLOADED"),
        unrewritten("too long a conversation", Writing.withRoomFor(-1), "INPUT_TRUNCATED"),
        talk("unknown model", services -> services.rewriting = Writing.fails(Code.NOT_FOUND))
            .fails(Code.FAILED_PRECONDITION),
        Scenario.answer(
                "rewriting required and broken",
                services -> services.rewriting = Writing.fails(Code.INTERNAL),
                conversation().putStagePolicies("rewrite", StagePolicy.REQUIRED))
            .fails(Code.INTERNAL),
        Scenario.answer(
                "rewriting off",
                services -> services.rewriting = Writing.fails(Code.INTERNAL),
                conversation().putStagePolicies("rewrite", StagePolicy.OFF))
            .leaving(services -> assertThat(models(services)).containsExactly("")),
        answer("a question alone", services -> services.rewriting = Writing.fails(Code.INTERNAL))
            .leaving(services -> assertThat(models(services)).containsExactly("")));
  }

  private static AnswerRequest.Builder conversation() {
    return AnswerRequest.newBuilder()
        .setCollection("c")
        .addMessages(user("What do gates control?"))
        .addMessages(assistant("Water."))
        .addMessages(user("And they?"));
  }

  private static Scenario talk(String name, Consumer<ScriptedServices> script) {
    return Scenario.answer("rewriting: " + name, script, conversation());
  }

  private static Scenario unrewritten(String name, Writing writing, String reason) {
    return talk(name, services -> services.rewriting = writing)
        .degrades("rewrite " + reason + " REWRITE_SKIPPED")
        .and(ended -> {
          assertThat(ended.answer().getRewrittenQuery()).isEmpty();
          assertThat(ended.answer().getText()).isNotEmpty();
          assertThat(ended.eventCases().subList(0, 3))
              .containsExactly(EventCase.STARTED, EventCase.DEGRADATION, EventCase.SEARCH_RESULTS);
        });
  }

  /** What the answering model was asked. */
  private static GenerateRequest sent(ScriptedServices services) {
    return services.generate.received.getLast().request();
  }
}
