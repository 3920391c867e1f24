package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.assistant;
import static dev.sluice.gateway.Cluster.document;
import static dev.sluice.gateway.Cluster.query;
import static dev.sluice.gateway.Cluster.question;
import static dev.sluice.gateway.Cluster.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.FusionWeights;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.ScoreThreshold;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that cannot be meant: each has its clear answer, and no service is asked. */
class MisuseIT {

  private static final StagePolicy REQUIRED = StagePolicy.REQUIRED;
  private static final StagePolicy OPTIONAL = StagePolicy.OPTIONAL;
  private static final StagePolicy OFF = StagePolicy.OFF;

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
  @MethodSource({"texts", "sources", "policies", "answerPolicies", "thresholds", "answers"})
  void isRefused(Scenario scenario) throws Exception {
    scenario
        .leaving(services ->
            assertThat(
                    Stream.of(services.embed, services.rerank, services.generate, services.retrieve)
                        .flatMap(calls -> calls.received.stream()))
                .isEmpty())
        .happens(cluster);
  }

  private static Scenario refused(String field, SearchRequest.Builder request) {
    return blamed(field, Scenario.search(field + " " + told(request), services -> {}, request));
  }

  private static Scenario refused(String field, AnswerRequest.Builder request) {
    return blamed(field, Scenario.answer(field + " " + told(request), services -> {}, request));
  }

  private static Scenario blamed(String field, Scenario scenario) {
    return scenario
        .fails(Code.INVALID_ARGUMENT)
        .and(ended -> assertThat(ended.field()).isEqualTo(field));
  }

  private static String told(Object request) {
    String text = request.toString().replaceAll("\\s+", " ");
    return text.substring(0, Math.min(text.length(), 120));
  }

  private static Stream<Scenario> texts() {
    FusionWeights negative = FusionWeights.newBuilder().setDense(-1).setLexical(1).build();
    FusionWeights nan = FusionWeights.newBuilder().setDense(Double.NaN).setLexical(1).build();
    FusionWeights none = FusionWeights.getDefaultInstance();
    return Stream.of(
        refused("query", query("")),
        refused("query", query(" \t\n")),
        refused("query", query("\0")),
        refused("query", query("a".repeat(1_000_000))),
        refused("top_k", query("a").setTopK(0)),
        refused("top_k", query("a").setTopK(1_000_000)),
        refused("rerank_candidate_count", query("a").setRerankCandidateCount(0)),
        refused("rerank_candidate_count", query("a").setRerankCandidateCount(1001)),
        refused(
            "rerank_candidate_count",
            query("a").setRerankCandidateCount(5).putStagePolicies("rerank", OFF)),
        refused("fusion_weights.dense", query("a").setFusionWeights(negative)),
        refused("fusion_weights.dense", query("a").setFusionWeights(nan)),
        refused("fusion_weights", query("a").setFusionWeights(none)),
        refused("mode", query("a").setModeValue(9)),
        refused("priority", query("a").setPriorityValue(9)),
        refused("filter", query("a").setFilter("year >")),
        refused("filter", query("a").setFilter(" ")),
        refused("filter", query("a").setFilter("(".repeat(8192))),
        refused("filter", query("a").setFilter("a".repeat(8193))),
        refused("filter", question("a").setFilter("size(tags) > 2")));
  }

  private static Stream<Scenario> sources() {
    SearchRequest.Builder nothing = SearchRequest.newBuilder().setQuery("a");
    AnswerRequest.Builder noSource = AnswerRequest.newBuilder().addMessages(user("a"));
    return Stream.of(
        refused("collection", nothing.clone()),
        refused("collection", noSource.clone()),
        refused("collection", query("a").setDataSource("wiki")),
        refused("collection", question("a").setDataSource("wiki")),
        refused("collection", query("a").setCollection("No Such Name")),
        refused("data_source", nothing.clone().setDataSource("No Such Name")),
        refused("documents", question("a").addDocuments(document("d", "a"))),
        refused(
            "documents", noSource.clone().setDataSource("wiki").addDocuments(document("d", "a"))),
        refused("documents", noSource.clone().addAllDocuments(tenThousand())),
        refused("mode", nothing.clone().setDataSource("wiki").setMode(RetrievalMode.LEXICAL)),
        refused("filter", nothing.clone().setDataSource("wiki").setFilter("a == 1")),
        refused("filter", noSource.clone().setDataSource("wiki").setFilter("a == 1")),
        refused(
            "mode",
            noSource.clone().addDocuments(document("d", "a")).setMode(RetrievalMode.HYBRID)),
        refused("documents[0].metadata", noSource.clone().addDocuments(hugeMetadata())),
        refused("documents[0].metadata", noSource.clone().addDocuments(oddMetadata())),
        Scenario.search("no such collection", services -> {}, query("a").setCollection("unknown"))
            .fails(Code.NOT_FOUND),
        Scenario.answer(
                "no such collection", services -> {}, question("a").setCollection("unknown"))
            .fails(Code.NOT_FOUND),
        Scenario.search(
                "no such data source", services -> {}, nothing.clone().setDataSource("unknown"))
            .fails(Code.NOT_FOUND));
  }

  private static List<Document> tenThousand() {
    return IntStream.range(0, 10_000).mapToObj(i -> document("d" + i, "a")).toList();
  }

  private static Document hugeMetadata() {
    Value value = Value.newBuilder().setStringValue("a".repeat(70_000)).build();
    return document("d", "a").toBuilder()
        .setMetadata(Struct.newBuilder().putFields("key", value))
        .build();
  }

  private static Document oddMetadata() {
    Value value = Value.newBuilder().setNumberValue(Double.NaN).build();
    return document("d", "a").toBuilder()
        .setMetadata(Struct.newBuilder().putFields("key", value))
        .build();
  }

  private static Stream<Scenario> policies() {
    SearchRequest.Builder dense = query("a").setMode(RetrievalMode.DENSE);
    SearchRequest.Builder lexical = query("a").setMode(RetrievalMode.LEXICAL);
    SearchRequest.Builder wiki = SearchRequest.newBuilder().setQuery("a").setDataSource("wiki");
    return Stream.of(
        refused("stage_policies[\"fly\"]", query("a").putStagePolicies("fly", OPTIONAL)),
        refused("stage_policies[\"EMBED\"]", query("a").putStagePolicies("EMBED", OPTIONAL)),
        refused("stage_policies[\"\"]", query("a").putStagePolicies("", OPTIONAL)),
        refused("stage_policies[\"generate\"]", query("a").putStagePolicies("generate", OFF)),
        refused("stage_policies[\"rewrite\"]", query("a").putStagePolicies("rewrite", OFF)),
        refused("stage_policies[\"verify\"]", query("a").putStagePolicies("verify", REQUIRED)),
        refused("stage_policies", query("a").putStagePoliciesValue("rerank", 9)),
        refused("stage_policies", query("a").putAllStagePolicies(seventeen())),
        refused("stage_policies[\"retrieve\"]", query("a").putStagePolicies("retrieve", OFF)),
        refused(
            "stage_policies[\"retrieve\"]", dense.clone().putStagePolicies("retrieve", OPTIONAL)),
        refused("stage_policies[\"retrieve\"]", wiki.clone().putStagePolicies("retrieve", OFF)),
        refused("stage_policies[\"embed\"]", dense.clone().putStagePolicies("embed", OFF)),
        refused("stage_policies[\"embed\"]", dense.clone().putStagePolicies("embed", OPTIONAL)),
        refused("stage_policies[\"embed\"]", lexical.clone().putStagePolicies("embed", REQUIRED)),
        refused("stage_policies[\"embed\"]", wiki.clone().putStagePolicies("embed", REQUIRED)));
  }

  private static Map<String, StagePolicy> seventeen() {
    return IntStream.range(0, 17)
        .boxed()
        .collect(Collectors.toMap(i -> "stage" + i, i -> OPTIONAL));
  }

  private static Stream<Scenario> answerPolicies() {
    return Stream.of(
        refused("stage_policies[\"generate\"]", question("a").putStagePolicies("generate", OFF)),
        refused("stage_policies[\"verify\"]", question("a").putStagePolicies("verify", OFF)),
        refused("stage_policies[\"verify\"]", question("a").putStagePolicies("verify", OPTIONAL)),
        refused("stage_policies[\"fly\"]", question("a").putStagePolicies("fly", OFF)));
  }

  private static Stream<Scenario> thresholds() {
    SearchRequest.Builder dense = query("a").setMode(RetrievalMode.DENSE);
    SearchRequest.Builder lexical = query("a").setMode(RetrievalMode.LEXICAL);
    SearchRequest.Builder wiki = SearchRequest.newBuilder().setQuery("a").setDataSource("wiki");
    String field = "score_threshold.kind";
    return Stream.of(
        refused(field, query("a").setScoreThreshold(above(Score.Kind.KIND_UNSPECIFIED, 1))),
        refused(field, query("a").setScoreThreshold(above(Score.Kind.DATA_SOURCE, 1))),
        refused(field, dense.clone().setScoreThreshold(above(Score.Kind.BM25, 1))),
        refused(field, dense.clone().setScoreThreshold(above(Score.Kind.FUSED, 1))),
        refused(field, lexical.clone().setScoreThreshold(above(Score.Kind.VECTOR_COSINE, 1))),
        refused(field, lexical.clone().setScoreThreshold(above(Score.Kind.FUSED, 1))),
        refused(field, wiki.clone().setScoreThreshold(above(Score.Kind.BM25, 1))),
        refused(field, wiki.clone().setScoreThreshold(above(Score.Kind.VECTOR_COSINE, 1))),
        refused(
            field,
            query("a")
                .putStagePolicies("rerank", OFF)
                .setScoreThreshold(above(Score.Kind.RERANK, 1))),
        refused(
            field,
            query("a")
                .putStagePolicies("embed", OFF)
                .setScoreThreshold(above(Score.Kind.FUSED, 1))),
        refused(
            field,
            question("a")
                .clearCollection()
                .addDocuments(document("d", "a"))
                .setScoreThreshold(above(Score.Kind.FUSED, 1))),
        refused(
            "score_threshold.value",
            query("a").setScoreThreshold(above(Score.Kind.RERANK, Double.NaN))),
        refused(
            "score_threshold.value",
            question("a").setScoreThreshold(above(Score.Kind.RERANK, Double.POSITIVE_INFINITY))));
  }

  private static ScoreThreshold above(Score.Kind kind, double value) {
    return ScoreThreshold.newBuilder().setKind(kind).setValue(value).build();
  }

  private static Stream<Scenario> answers() {
    ToolCall call = ToolCall.newBuilder().setId("1").setName("look").setArguments("{}").build();
    Message result =
        Message.newBuilder().setRole(Message.Role.TOOL).setContent("5").setToolCallId("2").build();
    return Stream.of(
        refused("messages", question("a").clearMessages()),
        refused("messages[0].content", question(" ")),
        refused("messages[0].content", question("a".repeat(8193))),
        refused("messages[1].role", question("a").addMessages(assistant("hello"))),
        refused("messages[0].content", question(" ").addMessages(user("b"))),
        refused("messages[0].role", question("a").addMessages(0, Message.getDefaultInstance())),
        refused(
            "messages[0].tool_calls",
            question("a").addMessages(0, user("b").toBuilder().addToolCalls(call))),
        refused(
            "messages[0].tool_call_id",
            question("a").addMessages(0, user("b").toBuilder().setToolCallId("1"))),
        refused(
            "messages[1].tool_call_id",
            question("a")
                .addMessages(0, result)
                .addMessages(0, assistant("").toBuilder().addToolCalls(call))),
        refused("top_k", question("a").setTopK(101)),
        refused("max_tokens", question("a").setMaxTokens(-1)),
        refused(
            "sampling.temperature",
            question("a").setSampling(Sampling.newBuilder().setTemperature(Double.NaN))));
  }

  @Test
  void aConversationWithToolsIsPassedOn() throws Exception {
    ToolCall call = ToolCall.newBuilder().setId("1").setName("look").setArguments("{}").build();
    Message result = Message.newBuilder().setRole(Message.Role.TOOL).setToolCallId("1").build();
    Scenario.answer(
            "tools",
            services -> {},
            AnswerRequest.newBuilder()
                .setCollection("c")
                .putStagePolicies("rewrite", OFF)
                .addMessages(user("a"))
                .addMessages(assistant("").toBuilder().addToolCalls(call))
                .addMessages(result)
                .addMessages(user("gates")))
        .leaving(services ->
            assertThat(services.generate.received.getFirst().request().getMessagesCount())
                .isEqualTo(4))
        .happens(cluster);
  }

  @Test
  void aDeadlineThatHasAllButPassedIsDeadlineExceeded() {
    cluster.services.reset();
    for (int i = 0; i < 20; i++) {
      assertThat(codeWithin(1 + i % 3)).isEqualTo(Code.DEADLINE_EXCEEDED);
    }
  }

  /** However little time is left, it is no other failure, and no result without its documents. */
  private static Code codeWithin(int milliseconds) {
    try {
      var response =
          cluster
              .search()
              .withDeadlineAfter(milliseconds, TimeUnit.MILLISECONDS)
              .search(query("gates").build());
      assertThat(response.getResultsCount()).isPositive();
      return Code.DEADLINE_EXCEEDED; // in time: as good
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
