package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.StagePolicy;
import dev.sluice.type.v1.StageReport;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Searches in a collection through real stubs, when all is well and when a service is gone. */
class SearchIT extends WithCluster {

  private SearchResponse search(SearchRequest.Builder request) {
    return cluster.search().search(request.build());
  }

  private static List<Score.Kind> kinds(SearchResponse response) {
    return response.getResults(0).getScoresList().stream().map(Score::getKind).toList();
  }

  @Test
  void aFilterLeavesOutDocumentsByTheirMetadata() {
    Value german = Value.newBuilder().setStringValue("de").build();
    Document schleuse =
        Cluster.document("schleuse", "gates control water").toBuilder()
            .setMetadata(Struct.newBuilder().putFields("lang", german))
            .build();
    cluster.store("c", List.of(schleuse));
    for (RetrievalMode mode :
        List.of(RetrievalMode.HYBRID, RetrievalMode.DENSE, RetrievalMode.LEXICAL)) {
      SearchRequest.Builder query = query("gates control water").setMode(mode);
      assertThat(search(query.clone()).getResultsCount()).isGreaterThan(1);
      assertThat(search(query.clone().setFilter("lang == 'de'")).getResultsList())
          .extracting(SearchResult::getDocumentId)
          .containsExactly("schleuse");
      assertThat(search(query.clone().setFilter("!(lang == 'de')")).getResultsList())
          .extracting(SearchResult::getDocumentId)
          .contains("gates")
          .doesNotContain("schleuse");
    }
  }

  @Test
  void whatIsWrongWithAFilterIsToldInOneLine() {
    assertThatThrownBy(() -> search(query("gates").setFilter("lang == 'de' && size(tags) > 2")))
        .hasMessageStartingWith(
            "INVALID_ARGUMENT: filter: at 1:21: filters have no size(), only ==,");
  }

  @Test
  void aFilterMustKeepToTheTypesThatTheCollectionDeclares() {
    cluster.create(
        CreateCollectionRequest.newBuilder()
            .setCollection("typed")
            .putMetadataTypes("year", MetadataType.NUMBER));
    SearchRequest.Builder typed = query("gates").setCollection("typed");
    assertThat(search(typed.clone().setFilter("year >= 2024")).getResultsList()).isEmpty();
    assertThatThrownBy(() -> search(typed.clone().setFilter("year == '2024'")))
        .hasMessage(
            "INVALID_ARGUMENT: filter: at 1:6: year is a NUMBER, here it is compared with a"
                + " string");
  }

  @Test
  void aSearchAndAnAnswerSeeTheWriteOfATokenOrFail() {
    Document weir = Cluster.document("weir", "A weir raises the level of a river.");
    String token = cluster.store("c", List.of(weir));
    assertThat(search(query("weir").setConsistencyToken(token)).getResultsList())
        .extracting(SearchResult::getDocumentId)
        .contains("weir");
    AnswerRequest.Builder question = Cluster.question("What does a weir do?");
    assertThat(
            cluster
                .answers()
                .answer(question.clone().setConsistencyToken(token).build())
                .getSearchResultsList())
        .extracting(SearchResult::getDocumentId)
        .contains("weir");
    cluster.create("other");
    assertThatThrownBy(
            () -> search(query("weir").setCollection("other").setConsistencyToken(token)))
        .hasMessageStartingWith("FAILED_PRECONDITION: the consistency token is not of");
    assertThatThrownBy(() -> search(query("weir").setConsistencyToken("AAAA")))
        .hasMessageStartingWith("INVALID_ARGUMENT: consistency_token: ");
    assertThatThrownBy(() ->
            search(
                query("weir").clearCollection().setDataSource("wiki").setConsistencyToken(token)))
        .hasMessageStartingWith("INVALID_ARGUMENT: consistency_token: is for collections alone");
    assertThatThrownBy(() ->
            cluster
                .answers()
                .answer(
                    question
                        .clone()
                        .clearCollection()
                        .addDocuments(weir)
                        .setConsistencyToken(token)
                        .build()))
        .hasMessageStartingWith("INVALID_ARGUMENT: consistency_token: is for collections alone");
  }

  @Test
  void aSearchReportsEveryStageAndEveryScore() {
    SearchResponse response = search(query("gates control water"));
    assertThat(response.getResults(0).getDocumentId()).isEqualTo("gates");
    assertThat(kinds(response))
        .containsExactly(
            Score.Kind.RERANK, Score.Kind.FUSED, Score.Kind.VECTOR_COSINE, Score.Kind.BM25);
    assertThat(response.getStageReportsList())
        .extracting(StageReport::getStage)
        .containsExactly("embed", "retrieve", "rerank");
    assertThat(response.getStageReportsList())
        .allSatisfy(report -> assertThat(report.getAttemptCount()).isEqualTo(1));
    assertThat(response.getDegradationsList()).isEmpty();
  }

  @Test
  void lexicalAndDenseSearchesHaveTheirOwnScores() {
    SearchRequest.Builder request = query("water").putStagePolicies("rerank", StagePolicy.OFF);
    assertThat(kinds(search(request.setMode(RetrievalMode.LEXICAL))))
        .containsExactly(Score.Kind.BM25);
    assertThat(kinds(search(request.setMode(RetrievalMode.DENSE))))
        .containsExactly(Score.Kind.VECTOR_COSINE);
  }

  @Test
  void unavailableIsRetriedAndTheAttemptsAreCounted() {
    cluster.services.embed.script =
        number -> {
          if (number == 1) {
            Script.fails(Code.UNAVAILABLE).call(number);
          }
        };
    SearchResponse response = search(query("water"));
    assertThat(response.getDegradationsList()).isEmpty();
    assertThat(response.getStageReports(0).getAttemptCount()).isEqualTo(2);
  }

  @Test
  void aHybridSearchSurvivesTheLossOfTheEmbedServiceAndADenseOneIsAnOutage() {
    cluster.services.stop(0);
    SearchResponse response = search(query("gates control water"));
    assertThat(response.getResults(0).getDocumentId()).isEqualTo("gates");
    assertThat(response.getDegradationsList())
        .extracting(Degradation::getEffect)
        .containsExactly(Effect.LEXICAL_ONLY);
    assertThat(Ended.search(cluster, query("water").setMode(RetrievalMode.DENSE).build()).code())
        .isEqualTo(Code.UNAVAILABLE);
    assertThat(Ended.search(cluster, query("zebra").build()).code())
        .as("no word matches: an outage is never an empty result")
        .isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void anotherEmbeddingModelIsRefusedNamingBoth() {
    cluster.services.fingerprint = "fingerprint-2";
    Ended ended = Ended.search(cluster, query("water").build());
    assertThat(ended.failure())
        .hasMessageContaining("fingerprint-1")
        .hasMessageContaining("fingerprint-2");
  }

  @Test
  void namesOfUnknownDataSourcesLeaveNothingBehind() {
    for (int i = 0; i < 10; i++) {
      SearchRequest request =
          SearchRequest.newBuilder().setDataSource("nowhere" + i).setQuery("a").build();
      assertThat(Ended.search(cluster, request).code()).isEqualTo(Code.NOT_FOUND);
    }
    assertThat(cluster.measured.finishedSpans()).isZero();
  }
}
