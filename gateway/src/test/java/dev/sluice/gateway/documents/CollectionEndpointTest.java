package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.gateway.v1.Collection;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.gateway.v1.ListCollectionsResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionEndpointTest {

  @TempDir private Path data;

  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = new Gateway(data);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Collection create(String name) throws Exception {
    return gateway
        .collections()
        .createCollection(CreateCollectionRequest.newBuilder().setCollection(name).build());
  }

  @Test
  void aCollectionNamesItsModelAndWhatItHolds() throws Exception {
    Collection created = create("books");
    assertThat(created)
        .isEqualTo(
            Collection.newBuilder()
                .setName("books")
                .setModel("bag-of-words")
                .setModelFingerprint("f00d")
                .setDimension(Samples.DIMENSION)
                .setChunkerVersion(Chunker.VERSION)
                .setCreateTime(DocumentEndpoint.timestamp(Samples.NOW))
                .build());
    StoredDocument document = Samples.document("a", "", "one", "two");
    gateway.store.upsert(Samples.key("books"), document, Samples.chunks(document)).join();
    assertThat(
            gateway
                .collections()
                .getCollection(GetCollectionRequest.newBuilder().setCollection("books").build()))
        .isEqualTo(created.toBuilder().setDocumentCount(1).setChunkCount(2).build());
  }

  @Test
  void aCollectionShowsTheTypesThatItDeclares() throws Exception {
    CreateCollectionRequest request =
        CreateCollectionRequest.newBuilder()
            .setCollection("typed")
            .putMetadataTypes("a['b']", MetadataType.NUMBER)
            .build();
    assertThat(gateway.collections().createCollection(request).getMetadataTypesMap())
        .isEqualTo(Map.of("a.b", MetadataType.NUMBER));
    assertThat(
            gateway
                .collections()
                .getCollection(GetCollectionRequest.newBuilder().setCollection("typed").build())
                .getMetadataTypesMap())
        .isEqualTo(Map.of("a.b", MetadataType.NUMBER));
    assertThatThrownBy(() ->
            gateway
                .collections()
                .createCollection(
                    request.toBuilder()
                        .setCollection("wrong")
                        .putMetadataTypes("a b", MetadataType.BOOL)
                        .build()))
        .hasMessageContaining("INVALID_ARGUMENT: metadata_types[a b]: is no field");
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    create("books");
    assertThatThrownBy(() -> create("books")).hasMessageContaining("ALREADY_EXISTS");
  }

  @Test
  void collectionsAreListedInPages() throws Exception {
    for (String name : List.of("c", "a", "b")) {
      create(name);
    }
    ListCollectionsResponse first =
        gateway
            .collections()
            .listCollections(ListCollectionsRequest.newBuilder().setPageSize(2).build());
    assertThat(first.getCollectionsList())
        .extracting(Collection::getName)
        .containsExactly("a", "b");
    ListCollectionsResponse second =
        gateway
            .collections()
            .listCollections(
                ListCollectionsRequest.newBuilder().setPageToken(first.getNextPageToken()).build());
    assertThat(second.getCollectionsList()).extracting(Collection::getName).containsExactly("c");
    assertThat(second.getNextPageToken()).isEmpty();
  }

  private ListCollectionsResponse page(int size, String token) throws Exception {
    return gateway
        .collections()
        .listCollections(
            ListCollectionsRequest.newBuilder().setPageSize(size).setPageToken(token).build());
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj("c%02d"::formatted).toList();
  }

  @Test
  void aPageMayHaveMoreCollectionsThanTheStoreIsAskedForAtATime() throws Exception {
    for (String name : numbered(0, 47)) {
      create(name);
    }
    ListCollectionsResponse first = page(45, "");
    assertThat(first.getCollectionsList())
        .extracting(Collection::getName)
        .isEqualTo(numbered(0, 45));
    ListCollectionsResponse second = page(45, first.getNextPageToken());
    assertThat(second.getCollectionsList())
        .extracting(Collection::getName)
        .isEqualTo(numbered(45, 47));
    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(page(47, "").getNextPageToken()).isEmpty();
  }

  /** Each declares 64 KiB of types. */
  @Test
  void aPageEndsEarlyWhereItIsLong() throws Exception {
    Map<String, MetadataType> types =
        IntStream.range(0, 256)
            .boxed()
            .collect(
                Collectors.toMap(i -> "f%03d".formatted(i).repeat(62), _ -> MetadataType.NUMBER));
    for (String name : numbered(0, 40)) {
      gateway.store.create(Samples.key(name), Samples.MODEL, "c1", MetadataTypes.of(types));
    }
    ListCollectionsResponse first = page(1000, "");
    assertThat(first.getSerializedSize()).isBetween(2 << 20, 5 << 19);
    ListCollectionsResponse second = page(1000, first.getNextPageToken());
    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(
            Stream.of(first, second)
                .flatMap(page -> page.getCollectionsList().stream())
                .map(Collection::getName))
        .containsExactlyElementsOf(numbered(0, 40));
  }

  @Test
  void aTokenOfAnotherTenantIsRefused() {
    ListCollectionsRequest request =
        ListCollectionsRequest.newBuilder()
            .setPageToken(PageToken.after("a", "collections", "other"))
            .build();
    assertThatThrownBy(() -> gateway.collections().listCollections(request))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("page_token");
  }

  @Test
  void anotherTenantsCollectionsAreNotThere() throws Exception {
    create("books");
    assertThat(
            gateway
                .collectionsOf("other")
                .listCollections(ListCollectionsRequest.getDefaultInstance())
                .getCollectionsList())
        .isEmpty();
    DeleteCollectionRequest delete =
        DeleteCollectionRequest.newBuilder().setCollection("books").build();
    assertThatThrownBy(() -> gateway.collectionsOf("other").deleteCollection(delete))
        .hasMessageContaining("NOT_FOUND");
    gateway.collections().deleteCollection(delete);
    assertThatThrownBy(() -> gateway.collections().deleteCollection(delete))
        .hasMessageContaining("NOT_FOUND");
  }
}
