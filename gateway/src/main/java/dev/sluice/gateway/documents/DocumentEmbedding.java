package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.Document;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.TextRules;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Splits documents and embeds their passages, a bounded number of documents of a tenant at a time.
 * The tenants' requests to the embed-service take turns, and one that is refused gives up its turn
 * until it asks again: so a tenant that the service refuses holds up nobody but itself. A text
 * whose vector is known, from the version before or from another passage, is not embedded again: a
 * vector depends on nothing but the model and the text.
 */
final class DocumentEmbedding {

  /** Texts that one call embeds: what is embedded at a time then fits the embed-service's queue. */
  private static final int GROUP = 16;

  /** Room for the tokens that a model adds around a text and for its prefix. */
  private static final int ADDED_TOKENS = 16;

  private final Embedder embedder;
  private final EmbedRetry retry;
  private final Chunker chunker;

  /** Documents that are begun; some of them pause. What they hold in memory is so bounded. */
  private final TenantPermits documents;

  /** Of these, those that are being worked on. */
  private final TenantPermits working;

  /**
   * @param atATime documents of one tenant that are begun, and those of all tenants together that
   *     are split or embedded at the same time
   */
  DocumentEmbedding(Embedder embedder, EmbedRetry retry, Chunker chunker, int atATime) {
    this.embedder = embedder;
    this.retry = retry;
    this.chunker = chunker;
    this.documents = new TenantPermits(Integer.MAX_VALUE, atATime);
    this.working = new TenantPermits(atATime, atATime);
  }

  /**
   * The passages that have a word in them, embedded by the collection's model.
   *
   * @param stored gives vectors by the texts that were embedded for the version before
   */
  EmbeddedDocument embed(
      Document document, CollectionInfo collection, Supplier<Map<String, float[]>> stored) {
    String tenant = collection.key().tenant();
    return documents.during(tenant, () -> embedded(document, collection, stored));
  }

  private EmbeddedDocument embedded(
      Document document, CollectionInfo collection, Supplier<Map<String, float[]>> stored) {
    String text = document.getText();
    List<Chunk> chunks = split(document, collection);
    Map<String, float[]> vectors = new HashMap<>(inTurn(collection, stored));
    List<String> missing =
        chunks.stream()
            .map(chunk -> chunk.read(text))
            .distinct()
            .filter(read -> !vectors.containsKey(read))
            .toList();
    for (int from = 0; from < missing.size(); from += GROUP) {
      embed(missing.subList(from, Math.min(from + GROUP, missing.size())), collection, vectors);
    }
    return new EmbeddedDocument(together(chunks, text, vectors), missing.size());
  }

  /** No permit is held while a request that was refused waits to be made again. */
  private <T> T retried(CollectionInfo collection, Supplier<T> request) {
    return retry.call(() -> inTurn(collection, request));
  }

  private <T> T inTurn(CollectionInfo collection, Supplier<T> work) {
    return working.during(
        collection.key().tenant(),
        () -> {
          checkWanted();
          return work.get();
        });
  }

  private List<Chunk> split(Document document, CollectionInfo collection) {
    String text = document.getText();
    Chunker fitting = fitting(collection);
    return retried(
            collection,
            () -> fitting.split(document.getTitle(), text, ContentVersion.format(document)))
        .stream()
        .filter(chunk -> TextRules.readable(chunk.read(text)))
        .toList();
  }

  /** Passages must fit into what the collection's model reads. */
  private Chunker fitting(CollectionInfo collection) {
    return chunker.atMost(collection.model().maxTokens() - ADDED_TOKENS);
  }

  private void embed(List<String> texts, CollectionInfo collection, Map<String, float[]> vectors) {
    Embedded answer = retried(collection, () -> embedder.embedDocuments(texts));
    collection.requireModel(answer.model(), answer.fingerprint());
    answer.require(texts.size());
    answer.vectors().forEach(vector -> collection.requireDimension(vector.length));
    for (int i = 0; i < texts.size(); i++) {
      vectors.put(texts.get(i), answer.vectors().get(i));
    }
  }

  private static List<EmbeddedChunk> together(
      List<Chunk> chunks, String text, Map<String, float[]> vectors) {
    List<EmbeddedChunk> embedded = new ArrayList<>(chunks.size());
    for (Chunk chunk : chunks) {
      float[] vector = Objects.requireNonNull(vectors.get(chunk.read(text)));
      embedded.add(new EmbeddedChunk(chunk, vector));
    }
    return embedded;
  }

  private static void checkWanted() {
    if (Context.current().isCancelled()) {
      throw new Cancelled();
    }
  }
}
