package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Violation;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Takes in one document: checks it, embeds what is new in it, stores it. Blocks until it is
 * durable. Shared by all streams.
 */
final class Ingest {

  private final DocumentStore store;
  private final Embedder embedder;
  private final DocumentEmbedding embedding;
  private final DocumentRules rules;
  private final InstantSource clock;

  Ingest(
      DocumentStore store,
      Embedder embedder,
      Chunker chunker,
      UpsertLimits limits,
      EmbedRetry retry,
      InstantSource clock) {
    this.store = store;
    this.embedder = embedder;
    this.embedding = new DocumentEmbedding(embedder, retry, chunker, limits.documentsEmbedding());
    this.rules = new DocumentRules(limits.maxDocumentBytes());
    this.clock = clock;
  }

  /** Makes sure that what is embedded now belongs into the collection. */
  void checkModel(CollectionKey key) {
    EmbedModel now = embedder.model();
    CollectionInfo collection = store.collection(key);
    collection.requireModel(now.model(), now.fingerprint());
    collection.requireDimension(now.dimension());
    collection.requireChunker(Chunker.VERSION);
  }

  /**
   * What became of the document. Throws the failure that it is refused with. The expected version
   * is looked at before anything is embedded, and again by the store, where it counts.
   */
  Positioned<UpsertDocumentsResponse> store(
      CollectionKey key, Document document, ExpectedVersion expected) {
    rules.check("document", document);
    String version = ContentVersion.of(document);
    Optional<Positioned<StoredVersion>> read = store.stored(key, document.getId());
    Optional<StoredVersion> stored = read.map(Positioned::value);
    if (read.isPresent() && read.get().value().version().equals(version)) {
      int chunks = read.get().value().chunkCount();
      return new Positioned<>(response(Result.UNCHANGED, version, chunks), read.get().position());
    }
    expected.check(document.getId(), stored.map(StoredVersion::version));
    if (stored.isEmpty()) {
      store.requireRoom(key.tenant());
    }
    CollectionInfo collection = store.collection(key);
    checkTypes(document, collection);
    EmbeddedDocument embedded =
        embedding.embed(
            document,
            collection,
            () -> stored.isEmpty() ? Map.of() : store.vectors(key, document.getId()));
    List<EmbeddedChunk> chunks = embedded.chunks();
    Positioned<Upserted> upserted =
        join(store.upsert(key, stored(document, version, chunks), chunks, expected));
    Result result =
        switch (upserted.value()) {
          case CREATED -> Result.CREATED;
          case REPLACED -> Result.REPLACED;
          case UNCHANGED -> Result.UNCHANGED;
        };
    UpsertDocumentsResponse response =
        response(result, version, chunks.size()).toBuilder()
            .setEmbeddedChunkCount(embedded.embedded())
            .build();
    return new Positioned<>(response, upserted.position());
  }

  private static void checkTypes(Document document, CollectionInfo collection) {
    List<Violation> violations =
        collection.metadataTypes().violations("document.metadata", document.getMetadata());
    if (!violations.isEmpty()) {
      throw new InvalidInput(violations);
    }
  }

  private static UpsertDocumentsResponse response(Result result, String version, int chunks) {
    return UpsertDocumentsResponse.newBuilder()
        .setResult(result)
        .setVersion(version)
        .setChunkCount(chunks)
        .build();
  }

  private StoredDocument stored(Document document, String version, List<EmbeddedChunk> chunks) {
    DocumentRecord record =
        new DocumentRecord(
            document.getId(),
            document.getTitle(),
            ContentVersion.format(document),
            document.getMetadata(),
            version,
            clock.instant(),
            chunks.size());
    return new StoredDocument(record, document.getText());
  }

  /** The result, or the failure itself that the future completed with. */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure
          ? failure
          : new Internal("the document store failed", e);
    }
  }
}
