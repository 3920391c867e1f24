package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.TextRules;
import io.grpc.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * Takes in one document: checks it, splits it, embeds it, stores it. Blocks until it is durable.
 * Shared by all streams, which together embed a bounded number of documents at a time.
 */
final class Ingest {

  /** Texts that one call embeds: what is embedded at a time then fits the embed-service's queue. */
  private static final int GROUP = 16;

  /** Room for the tokens that a model adds around a text and for its prefix. */
  private static final int ADDED_TOKENS = 16;

  private final DocumentStore store;
  private final Embedder embedder;
  private final EmbedRetry retry;
  private final Chunker chunker;
  private final DocumentRules rules;
  private final InstantSource clock;
  private final Semaphore embedding;

  Ingest(
      DocumentStore store,
      Embedder embedder,
      Chunker chunker,
      UpsertLimits limits,
      EmbedRetry retry,
      InstantSource clock) {
    this.store = store;
    this.embedder = embedder;
    this.retry = retry;
    this.chunker = chunker;
    this.rules = new DocumentRules(limits.maxDocumentBytes());
    this.clock = clock;
    this.embedding = new Semaphore(limits.documentsEmbedding(), true);
  }

  /** Makes sure that what is embedded now belongs into the collection. */
  void checkModel(CollectionKey key) {
    EmbedModel now = embedder.model();
    store.collection(key).requireModel(now.model(), now.fingerprint());
  }

  /** What became of the document. Throws the failure that it is refused with. */
  UpsertDocumentsResponse store(CollectionKey key, Document document) {
    rules.check("document", document);
    String version = ContentVersion.of(document);
    Optional<StoredVersion> stored = store.version(key, document.getId());
    if (stored.isPresent() && stored.get().version().equals(version)) {
      return response(Result.UNCHANGED, version, stored.get().chunkCount());
    }
    List<EmbeddedChunk> chunks = embed(document, store.collection(key));
    Upserted upserted = join(store.upsert(key, stored(document, version, chunks), chunks));
    Result result =
        switch (upserted) {
          case CREATED -> Result.CREATED;
          case REPLACED -> Result.REPLACED;
        };
    return response(result, version, chunks.size());
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

  /** Passages must fit into what the collection's model reads. */
  private Chunker fitting(CollectionInfo collection) {
    return chunker.atMost(collection.model().maxTokens() - ADDED_TOKENS);
  }

  private List<EmbeddedChunk> embed(Document document, CollectionInfo collection) {
    embedding.acquireUninterruptibly();
    try {
      checkWanted();
      String text = document.getText();
      List<Chunk> chunks =
          retry
              .call(() ->
                  fitting(collection)
                      .split(document.getTitle(), text, ContentVersion.format(document)))
              .stream()
              .filter(chunk -> TextRules.readable(chunk.read(text)))
              .toList();
      List<EmbeddedChunk> embedded = new ArrayList<>(chunks.size());
      for (int from = 0; from < chunks.size(); from += GROUP) {
        checkWanted();
        List<Chunk> group = chunks.subList(from, Math.min(from + GROUP, chunks.size()));
        embed(group, text, collection, embedded);
      }
      return embedded;
    } finally {
      embedding.release();
    }
  }

  private void embed(
      List<Chunk> group, String text, CollectionInfo collection, List<EmbeddedChunk> embedded) {
    List<String> texts = group.stream().map(chunk -> chunk.read(text)).toList();
    Embedded answer = retry.call(() -> embedder.embedDocuments(texts));
    collection.requireModel(answer.model(), answer.fingerprint());
    answer.require(group.size(), collection.model().dimension());
    for (int i = 0; i < group.size(); i++) {
      embedded.add(new EmbeddedChunk(group.get(i), answer.vectors().get(i)));
    }
  }

  private static void checkWanted() {
    if (Context.current().isCancelled()) {
      throw new Cancelled();
    }
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
