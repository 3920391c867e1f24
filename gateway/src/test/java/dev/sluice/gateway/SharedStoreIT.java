package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static dev.sluice.gateway.Cluster.query;
import static dev.sluice.gateway.Cluster.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.documents.FakeOpenSearch;
import dev.sluice.gateway.documents.NodeProcess;
import dev.sluice.gateway.documents.SharedNode;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that keep their documents in one OpenSearch. */
class SharedStoreIT {

  @TempDir private Path data;
  private final NodeProcess node = SharedNode.node();
  private final Map<String, String> settings =
      Map.of(
          "SLUICE_GATEWAY_STORE", "opensearch",
          "SLUICE_GATEWAY_OPENSEARCH_URLS", node.url(),
          "SLUICE_GATEWAY_OPENSEARCH_PREFIX", SharedNode.prefix());

  private static SearchResponse search(Cluster gateway, String text, String filter) {
    return gateway.search().search(query(text).setFilter(filter).build());
  }

  @Test
  void whatOneGatewayTookTheOtherFindsAndAnswersFrom() {
    try (Cluster one = Cluster.start(data, settings);
        Cluster other = Cluster.open(data, settings)) {
      SearchResponse found = search(other, "gates control water", "");
      assertThat(found.getResults(0).getDocumentId()).isEqualTo("gates");
      assertThat(found.getDegradationsList()).isEmpty();
      CitationSource source =
          other
              .answers()
              .answer(question("gates control water").build())
              .getCitations(0)
              .getSources(0);
      assertThat(source.getVerification()).isEqualTo(Verification.EXACT);
      other.store("c", List.of(document("gates", "They were torn down.")));
      assertThat(search(one, "gates", "").getResultsList())
          .extracting(SearchResult::getText)
          .contains("They were torn down.")
          .doesNotContain(Cluster.GATES);
    }
  }

  @Test
  void aFilterLeavesOutDocumentsHere() {
    try (Cluster gateway = Cluster.start(data, settings)) {
      Value german = Value.newBuilder().setStringValue("de").build();
      gateway.store(
          "c",
          List.of(
              document("schleuse", "gates control water").toBuilder()
                  .setMetadata(Struct.newBuilder().putFields("lang", german))
                  .build()));
      assertThat(search(gateway, "gates control water", "lang == 'de'").getResultsList())
          .extracting(SearchResult::getDocumentId)
          .containsExactly("schleuse");
    }
  }

  @Test
  void noDataDirectoryIsNeeded() {
    try (Cluster gateway = Cluster.start(data, settings)) {
      assertThat(search(gateway, "gates", "").getResultsCount()).isPositive();
      assertThat(data).isEmptyDirectory();
    }
  }

  @Test
  void aGatewayStartsWithoutItsStoreAndServesOnceThatIsThere() throws Exception {
    Cluster.start(data, settings).close();
    node.kill();
    try (Cluster gateway = Cluster.open(data, settings)) {
      Ended ended = Ended.search(gateway, query("gates").build());
      assertThat(ended.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(ended.failure()).hasMessageContaining("the document store cannot be reached");
      node.restart();
      Await.that(
          "the documents are found again",
          () -> Ended.search(gateway, query("gates").build()).code() == Code.OK);
      assertThat(search(gateway, "gates", "").getResults(0).getDocumentId()).isEqualTo("gates");
    }
  }

  @Test
  @Timeout(120)
  void aSearchOfAStoreThatIsSilentEndsWithItsOwnDeadline() throws Exception {
    try (FakeOpenSearch silent = FakeOpenSearch.start();
        Cluster gateway =
            Cluster.open(
                data,
                Map.of(
                    "SLUICE_GATEWAY_STORE", "opensearch",
                    "SLUICE_GATEWAY_OPENSEARCH_URLS", silent.url(),
                    "SLUICE_GATEWAY_OPENSEARCH_TIMEOUT", "10m",
                    "SLUICE_GATEWAY_INTERACTIVE_DEADLINE", "1s"))) {
      silent.silent(FakeOpenSearch.INDEX);
      assertThatThrownBy(() -> gateway.patientSearch().search(query("gates").build()))
          .hasMessage("DEADLINE_EXCEEDED: the deadline passed in the document store");
    }
  }
}
