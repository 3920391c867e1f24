package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static dev.sluice.gateway.Cluster.question;
import static dev.sluice.gateway.Cluster.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.RetryInfo;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.ScoreThreshold;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.SpanUnit;
import dev.sluice.retriever.v1.RetrievedPassage;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of passages from elsewhere: data sources, and documents sent along. */
class SourceScenarioIT {

  private static final String WATER = "gates control water";
  private static final String SENTENCE = "😀 Sluice gates control water.";

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
  @MethodSource({"dataSources", "brokenContracts", "documents"})
  void happens(Scenario scenario) throws Exception {
    scenario.happens(cluster);
  }

  private static Stream<Scenario> dataSources() {
    return Stream.of(
        Scenario.search("a data source", found(gates(), cats()), wiki())
            .stages("retrieve COMPLETED", "rerank COMPLETED")
            .and(ended -> {
              assertThat(ended.documents()).containsExactly("gates", "cats");
              assertThat(ended.results().getFirst().getScoresList())
                  .extracting(Score::getKind)
                  .containsExactly(Score.Kind.RERANK, Score.Kind.DATA_SOURCE);
            })
            .leaving(services -> {
              assertThat(services.retrieve.received.getFirst().request().getTenant())
                  .isEqualTo("default");
              assertThat(services.metadata)
                  .contains("sluice.rerank.v1.RerankService sluice-tenant")
                  .contains("sluice.rerank.v1.RerankService sluice-admitted")
                  .doesNotContain("sluice.retriever.v1.RetrieverService sluice-tenant");
            }),
        Scenario.answer("a data source", found(gates(), cats()), ask())
            .and(ended -> {
              CitationSource source = ended.answer().getCitations(0).getSources(0);
              assertThat(source.getSourceSpan().getStart()).isEqualTo(100);
              assertThat(source.getSourceSpan().getEnd()).isEqualTo(100 + SENTENCE.length());
              assertThat(source.getVerification().name()).isEqualTo("EXACT");
            }),
        Scenario.search("a data source without scores", found(gates().clearScore()), wiki())
            .and(ended -> assertThat(ended.results()).hasSize(1)),
        Scenario.search(
                "a threshold of scores that it does not give",
                found(gates().clearScore()),
                wiki()
                    .setScoreThreshold(
                        ScoreThreshold.newBuilder().setKind(Score.Kind.DATA_SOURCE).setValue(2)))
            .degrades("retrieve SCORE_MISSING THRESHOLD_IGNORED"),
        Scenario.search("a data source that finds nothing", found(), wiki())
            .stages("retrieve COMPLETED", "rerank SKIPPED")
            .and(ended -> assertThat(ended.results()).isEmpty()),
        Scenario.search("more than asked for", found(many(200)), wiki().setTopK(100))
            .and(ended -> assertThat(ended.results()).hasSize(100)),
        failing(Code.UNAVAILABLE, Code.UNAVAILABLE),
        failing(Code.RESOURCE_EXHAUSTED, Code.RESOURCE_EXHAUSTED),
        Scenario.search(
                "a data source overloaded until the end of time",
                services ->
                    services.retrieve.script =
                        number -> {
                          throw overloaded(Long.MAX_VALUE);
                        },
                wiki())
            .fails(Code.RESOURCE_EXHAUSTED),
        failing(Code.INTERNAL, Code.INTERNAL),
        failing(Code.CANCELLED, Code.INTERNAL),
        failing(Code.PERMISSION_DENIED, Code.FAILED_PRECONDITION),
        Scenario.answer(
                "a data source overloaded",
                services -> services.retrieve.script = Script.fails(Code.RESOURCE_EXHAUSTED),
                ask())
            .fails(Code.RESOURCE_EXHAUSTED),
        Scenario.search("an unknown one", found(), wiki().setDataSource("nowhere"))
            .fails(Code.NOT_FOUND),
        Scenario.answer("an unknown one", found(), ask().setDataSource("nowhere"))
            .fails(Code.NOT_FOUND)
            .and(ended -> assertThat(ended.events()).isEmpty()));
  }

  private static StatusRuntimeException overloaded(long seconds) {
    RetryInfo retry =
        RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(seconds)).build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED.value())
            .addDetails(Any.pack(retry))
            .build());
  }

  private static Scenario failing(Code code, Code seen) {
    return Scenario.search(
            "a data source " + code,
            services -> services.retrieve.script = Script.fails(code),
            wiki())
        .fails(seen);
  }

  /** Passages within the contract, but longer or odder than the services take; and broken ones. */
  private static Stream<Scenario> brokenContracts() {
    String longTitle = "title ".repeat(3000);
    RetrievedPassage.Builder longest =
        gates().setTitle(longTitle).setText("water ".repeat(21_845) + "ab");
    return Stream.of(
        Scenario.answer(
                "a title and a text as long as can be",
                found(longest.setDocumentId("d".repeat(512))),
                ask())
            .and(ended -> assertThat(ended.results().getFirst().getTitle()).isEqualTo(longTitle)),
        broken("no id", gates().clearDocumentId()),
        broken("a long id", gates().setDocumentId("d".repeat(513))),
        broken("a long passage id", gates().setPassageId("d".repeat(1025))),
        broken("a blank text", gates().setText(" \n\u200b")),
        broken("no text", gates().clearText()),
        broken("a long text", gates().setText("a".repeat(131_073))),
        broken("a start before the document", gates().setStart(-1)),
        broken("an end beyond all numbers", gates().setStart(Integer.MAX_VALUE)),
        broken("such an end in bytes", gates().setStartUtf8(Integer.MAX_VALUE)),
        broken("a score that is no number", gates().setScore(Double.NaN)),
        Scenario.search(
                "a passage twice",
                found(gates().setPassageId("p"), cats().setPassageId("p")),
                wiki())
            .fails(Code.INTERNAL),
        Scenario.search("two passages at one place", found(gates(), gates()), wiki())
            .fails(Code.INTERNAL));
  }

  private static Scenario broken(String name, RetrievedPassage.Builder passage) {
    return Scenario.search("a data source breaks its contract: " + name, found(passage), wiki())
        .fails(Code.INTERNAL);
  }

  private static Consumer<ScriptedServices> found(RetrievedPassage.Builder... passages) {
    List<RetrievedPassage> built =
        Stream.of(passages).map(RetrievedPassage.Builder::build).toList();
    return services -> services.passages = built;
  }

  private static RetrievedPassage.Builder gates() {
    return RetrievedPassage.newBuilder()
        .setDocumentId("gates")
        .setText(Cluster.GATES)
        .setStart(100)
        .setStartUtf8(100)
        .setScore(3);
  }

  private static RetrievedPassage.Builder cats() {
    return RetrievedPassage.newBuilder().setDocumentId("cats").setText("Cats sleep.").setScore(7);
  }

  private static RetrievedPassage.Builder[] many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> gates().setDocumentId("d" + i))
        .toArray(RetrievedPassage.Builder[]::new);
  }

  private static SearchRequest.Builder wiki() {
    return SearchRequest.newBuilder().setDataSource("wiki").setQuery(WATER);
  }

  private static AnswerRequest.Builder ask() {
    return AnswerRequest.newBuilder().setDataSource("wiki").addMessages(user(WATER));
  }

  private static Stream<Scenario> documents() {
    Document gates = document("gates", "Before. " + Cluster.GATES);
    Consumer<ScriptedServices> second =
        services ->
            services.writing =
                Writing.events(
                    Writing.delta(SENTENCE),
                    Writing.quote(0, SENTENCE, 0, SENTENCE.length()),
                    Writing.completed());
    return Stream.of(
        Scenario.answer("documents sent along", second, sent(gates, document("cats", "Cats.")))
            .stages(
                "retrieve COMPLETED", "rerank COMPLETED", "generate COMPLETED", "verify COMPLETED")
            .and(ended -> {
              CitationSource source = ended.answer().getCitations(0).getSources(0);
              int start = source.getSourceSpan().getStart();
              assertThat(gates.getText().substring(start, source.getSourceSpan().getEnd()))
                  .isEqualTo(SENTENCE)
                  .isEqualTo(source.getQuote());
              assertThat(source.getDocumentVersion()).isNotEmpty();
            }),
        Scenario.answer(
                "documents sent along, in bytes",
                second,
                sent(document("a", "éé\n\n# 😀😀\n\n" + gates.getText()))
                    .setSpanUnit(SpanUnit.UTF8))
            .and(ended -> {
              CitationSource source = ended.answer().getCitations(0).getSources(0);
              byte[] bytes =
                  ("éé\n\n# 😀😀\n\n" + gates.getText()).getBytes(StandardCharsets.UTF_8);
              int start = source.getSourceSpan().getStart();
              int length = source.getSourceSpan().getEnd() - start;
              assertThat(new String(bytes, start, length, StandardCharsets.UTF_8))
                  .isEqualTo(SENTENCE);
            }),
        Scenario.answer(
                "documents sent along, filtered",
                services -> {},
                sent(dated(gates, 2024), dated(document("cats", "Cats."), 2023))
                    .setFilter("year < 2024"))
            .and(ended ->
                assertThat(ended.results())
                    .extracting(SearchResult::getDocumentId)
                    .containsExactly("cats")),
        Scenario.answer(
                "blank documents",
                services -> {},
                sent(document("a", " \n"), document("b", "\u200b")))
            .stages("retrieve COMPLETED", "rerank SKIPPED", "generate SKIPPED")
            .and(ended ->
                assertThat(ended.answer().getAbstention().getReason().name())
                    .isEqualTo("NO_RELEVANT_CONTENT")),
        refused("equal ids", "documents[1].id", sent(gates, gates)),
        refused("no text", "documents[0].text", sent(document("a", ""))),
        refused("no id", "documents[1].id", sent(gates, document("", "a"))),
        refused("1001 documents", "documents", sent(numbered(1001, "a"))),
        refused("10000 documents", "documents", sent(numbered(10_000, "a"))),
        refused("too much text", "documents", sent(numbered(17, "a ".repeat(1 << 19)))),
        refused(
            "more than 2000 passages", "documents", sent(markdown("# a\n\nb\n\n".repeat(2001)))),
        Scenario.answer(
                "one endless word", services -> {}, sent(document("a", "a".repeat(300_000))))
            .leaving(services -> assertThat(services.violations()).isEmpty()),
        Scenario.answer("hundreds of documents", services -> {}, sent(numbered(200, "gates.")))
            .and(ended -> assertThat(ended.results()).hasSize(8)),
        Scenario.answer(
                "documents sent along without the embed-service",
                services -> services.countTokens.script = Script.fails(Code.UNAVAILABLE),
                sent(gates))
            .fails(Code.UNAVAILABLE));
  }

  private static Document dated(Document document, int year) {
    Value value = Value.newBuilder().setNumberValue(year).build();
    return document.toBuilder().setMetadata(Struct.newBuilder().putFields("year", value)).build();
  }

  private static Scenario refused(String name, String field, AnswerRequest.Builder request) {
    return Scenario.answer("documents sent along: " + name, services -> {}, request)
        .fails(Code.INVALID_ARGUMENT)
        .and(ended -> assertThat(ended.field()).isEqualTo(field));
  }

  private static AnswerRequest.Builder sent(Document... documents) {
    return question(WATER).clearCollection().addAllDocuments(List.of(documents));
  }

  private static Document markdown(String text) {
    return document("a", text).toBuilder().setFormat(Document.Format.MARKDOWN).build();
  }

  private static Document[] numbered(int count, String text) {
    return IntStream.range(0, count)
        .mapToObj(i -> document("d" + i, text))
        .toArray(Document[]::new);
  }
}
