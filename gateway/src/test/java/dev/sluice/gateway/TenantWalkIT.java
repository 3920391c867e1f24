package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.documents.SharedNode;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SnapshotServiceGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No tenant sees a byte of another's, whatever it calls and whatever it knows. */
@Timeout(300)
class TenantWalkIT {

  /** Stands in everything that one tenant stores, and in nothing that the other one sends. */
  private static final String MARK = "zqxmark";

  @TempDir private Path folder;

  @Test
  void withLuceneEveryMethodKeepsTenantsApart() {
    walk(Map.of(), true);
  }

  @Test
  void withOpenSearchEveryMethodKeepsTenantsApart() {
    walk(
        Map.of(
            "SLUICE_GATEWAY_STORE", "opensearch",
            "SLUICE_GATEWAY_OPENSEARCH_URLS", SharedNode.node().url(),
            "SLUICE_GATEWAY_OPENSEARCH_PREFIX", SharedNode.prefix()),
        false);
  }

  private void walk(Map<String, String> store, boolean snapshots) {
    Keys keys = new Keys(folder);
    Map<String, String> settings = new HashMap<>(store);
    settings.putAll(keys.settings());
    String ownersKey = keys.add("owner", "a", "all");
    String strangersKey = keys.add("stranger", "b", "all");
    try (Cluster cluster = Cluster.open(folder, settings)) {
      Channel owner = Keys.with(cluster.channel, ownersKey);
      Overheard overheard = new Overheard();
      Channel stranger =
          ClientInterceptors.intercept(posing(Keys.with(cluster.channel, strangersKey)), overheard);
      String token = fill(owner, snapshots);
      store(stranger, TenantWalk.SHARED, document("own", "The river gates control water."));
      long held = documents(owner);
      cluster.services.reset();

      TenantWalk walk = new TenantWalk(stranger, token, secondPage(owner), snapshots);
      assertThat(walk.methods())
          .as("methods that are served: walk each as a stranger")
          .containsExactlyInAnyOrderElementsOf(ServedMethods.ownOf(owner));
      walk.walk();

      assertThat(overheard.heard()).containsAll(walk.methods());
      assertThat(overheard.saying(MARK)).isEmpty();
      assertThat(cluster.services.tenants).isNotEmpty().allMatch(each -> each.endsWith(" b"));
      assertThat(documents(owner)).isEqualTo(held).isEqualTo(4);
      assertTheMarkIsSeenByItsOwner(owner);
    }
  }

  /** Says that it is the other tenant, as the gateway does towards the services. */
  private static Channel posing(Channel channel) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("sluice-tenant", Metadata.ASCII_STRING_MARSHALLER), "a");
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static String fill(Channel owner, boolean snapshots) {
    store(owner, TenantWalk.PRIVATE, marked(TenantWalk.KNOWN), marked(MARK));
    String token = store(owner, TenantWalk.SHARED, marked(TenantWalk.KNOWN), marked(MARK));
    create(owner, MARK);
    if (snapshots) {
      for (String name : List.of(TenantWalk.BACKUP, MARK)) {
        var _ =
            SnapshotServiceGrpc.newBlockingStub(owner)
                .createSnapshot(CreateSnapshotRequest.newBuilder().setSnapshot(name).build());
      }
    }
    return token;
  }

  private static Document marked(String id) {
    Value mark = Value.newBuilder().setStringValue(MARK).build();
    Value team = Value.newBuilder().setStringValue("a").build();
    return document(id, "Gates control water at the %s lock.".formatted(MARK)).toBuilder()
        .setTitle(MARK)
        .setMetadata(Struct.newBuilder().putFields(MARK, mark).putFields("team", team))
        .build();
  }

  private static void create(Channel channel, String collection) {
    var _ =
        CollectionServiceGrpc.newBlockingStub(channel)
            .createCollection(
                CreateCollectionRequest.newBuilder().setCollection(collection).build());
  }

  /** Makes the collection. Gives the token of the last document. */
  private static String store(Channel channel, String collection, Document... documents) {
    create(channel, collection);
    var acknowledged = Upserts.into(channel, collection).send(documents).finish().acknowledged;
    assertThat(acknowledged).hasSize(documents.length).noneMatch(each -> each.hasError());
    return acknowledged.getLast().getConsistencyToken();
  }

  private static String secondPage(Channel owner) {
    String token =
        DocumentServiceGrpc.newBlockingStub(owner)
            .listDocuments(
                ListDocumentsRequest.newBuilder()
                    .setCollection(TenantWalk.SHARED)
                    .setPageSize(1)
                    .build())
            .getNextPageToken();
    assertThat(token).isNotEmpty();
    return token;
  }

  private static long documents(Channel owner) {
    var documents = DocumentServiceGrpc.newBlockingStub(owner);
    return List.of(TenantWalk.PRIVATE, TenantWalk.SHARED).stream()
        .map(collection -> ListDocumentsRequest.newBuilder().setCollection(collection).build())
        .flatMap(all -> documents.listDocuments(all).getDocumentsList().stream())
        .filter(each -> each.getTitle().equals(MARK))
        .count();
  }

  /** Else a mark that nobody finds would prove nothing. */
  private static void assertTheMarkIsSeenByItsOwner(Channel owner) {
    Overheard own = new Overheard();
    var _ =
        SearchServiceGrpc.newBlockingStub(ClientInterceptors.intercept(owner, own))
            .search(
                SearchRequest.newBuilder()
                    .setCollection(TenantWalk.PRIVATE)
                    .setQuery("gates control water")
                    .build());
    assertThat(own.saying(MARK)).isNotEmpty();
  }
}
