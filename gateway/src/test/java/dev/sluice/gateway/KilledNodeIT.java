package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.gateway.documents.NodeProcess;
import dev.sluice.gateway.documents.SharedNode;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three nodes, each in its own process, of which one is killed while documents are
 * stored and searched. Collections have three shards; those of "c" have a copy on a second node.
 */
@Timeout(300)
class KilledNodeIT {

  private static final String PREFIX = "killed";
  private static final String ALL = "/_cluster/health?wait_for_nodes=3&timeout=60s";
  private static final String GREEN = "/_cluster/health?wait_for_status=green&timeout=60s";
  private static final String WITHOUT_COPIES =
      "{\"index\": {\"auto_expand_replicas\": false, \"number_of_replicas\": 0}}";
  private static final List<Document> STANDING =
      IntStream.range(0, 30)
          .mapToObj(i -> Cluster.document("standing" + i, "Stone number " + i + " in the river."))
          .toList();
  private static final int SOME = Boolean.getBoolean("sluice.long") ? 1000 : 20;

  @TempDir private Path directory;
  private List<NodeProcess> nodes = List.of();
  private Cluster gateway;

  @BeforeEach
  void start() throws Exception {
    nodes = NodeProcess.cluster(directory, 3);
    assertThat(ask("GET", ALL, "")).contains("\"timed_out\":false");
    gateway =
        Cluster.open(
            directory,
            Map.of(
                "SLUICE_GATEWAY_STORE",
                "opensearch",
                "SLUICE_GATEWAY_OPENSEARCH_URLS",
                nodes.stream().map(NodeProcess::url).collect(Collectors.joining(",")),
                "SLUICE_GATEWAY_OPENSEARCH_SHARDS",
                "3",
                "SLUICE_GATEWAY_OPENSEARCH_PREFIX",
                PREFIX));
    for (String collection : List.of("c", "single")) {
      gateway.create(collection);
      gateway.store(collection, STANDING);
    }
    ask("PUT", "/" + PREFIX + "-*-single/_settings", WITHOUT_COPIES);
    assertThat(ask("GET", GREEN, "")).contains("\"timed_out\":false");
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    nodes.forEach(NodeProcess::close);
  }

  private String ask(String method, String path, String json) {
    return SharedNode.ask(method, nodes.getFirst().url() + path, json);
  }

  private static SearchRequest.Builder all(String collection) {
    return query("stone in the river")
        .setCollection(collection)
        .setTopK(1000)
        .putStagePolicies("rerank", StagePolicy.OFF);
  }

  @Test
  void nothingThatWasAcknowledgedIsMissingAndWhatAnswersLackIsReported() throws Exception {
    assertThat(Ended.search(gateway, all("single").build()).degradations()).isEmpty();
    var load = new StoreLoad(gateway, all("c").build(), STANDING.size());
    try {
      load.awaitMore(SOME);
      nodes.get(victim()).kill();
      load.awaitMore(SOME);
      load.awaitMore(SOME);
    } finally {
      load.end();
    }
    load.check();
    System.out.println("killed node: " + load);
    aShardWithoutACopyIsReportedAsMissing();
  }

  /** A node with one of the shards that have no copy, but not with all, and not the first. */
  private int victim() {
    List<String> holders =
        ask("GET", "/_cat/shards/" + PREFIX + "-*-single?h=node", "")
            .lines()
            .map(String::strip)
            .toList();
    assertThat(holders).hasSize(3).allMatch(holder -> holder.matches("n[012]"));
    assertThat(holders.stream().distinct()).hasSizeGreaterThan(1);
    return holders.stream()
        .map(holder -> holder.charAt(1) - '0')
        .filter(node -> node > 0)
        .findFirst()
        .orElseThrow();
  }

  private void aShardWithoutACopyIsReportedAsMissing() throws Exception {
    gateway.measured.begin();
    Ended part = Ended.search(gateway, all("single").build());
    assertThat(part.degradations())
        .extracting(Degradation::getReason, Degradation::getEffect, Degradation::getStage)
        .containsExactly(tuple(Reason.PARTIAL_SHARDS, Effect.FEWER_CANDIDATES, "retrieve"));
    assertThat(part.results())
        .extracting(SearchResult::getDocumentId)
        .isNotEmpty()
        .hasSizeLessThan(STANDING.size());
    gateway.measured.agree(part);
    SearchRequest.Builder whole = all("single").putStagePolicies("retrieve", StagePolicy.REQUIRED);
    assertThat(Ended.search(gateway, whole.build()).code()).isEqualTo(Code.UNAVAILABLE);
  }
}
