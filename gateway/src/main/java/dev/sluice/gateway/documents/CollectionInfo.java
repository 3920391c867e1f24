package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure.Precondition;
import java.time.Instant;

/** What a collection was created with. Nothing of it ever changes. */
public record CollectionInfo(
    CollectionKey key,
    EmbedModel model,
    String chunkerVersion,
    Instant createTime,
    MetadataTypes metadataTypes) {

  /** One that declares no types. */
  public CollectionInfo(
      CollectionKey key, EmbedModel model, String chunkerVersion, Instant createTime) {
    this(key, model, chunkerVersion, createTime, MetadataTypes.NONE);
  }

  /** {@code Precondition} naming both when documents are split otherwise now than they were. */
  void requireChunker(String version) {
    if (!chunkerVersion.equals(version)) {
      throw new Precondition(
          "CHUNKER_MISMATCH",
          ("collection '%s' was made with chunker version %s, the one in use is %s:"
                  + " create another one and store its documents again")
              .formatted(key.collection(), chunkerVersion, version));
    }
  }

  /** {@code Precondition} naming both when vectors have another dimension than the collection's. */
  public void requireDimension(int dimension) {
    if (model.dimension() != dimension) {
      throw new Precondition(
          "DIMENSION_MISMATCH",
          "collection '%s' was made with vectors of %d dimensions, those of the model in use have %d"
              .formatted(key.collection(), model.dimension(), dimension));
    }
  }

  /** {@code Precondition} naming both when another model answers now than made the collection. */
  public void requireModel(String name, String fingerprint) {
    if (!model.fingerprint().equals(fingerprint)) {
      throw new Precondition(
          "MODEL_MISMATCH",
          "collection '%s' was made with embedding model %s (%s), the one in use is %s (%s)"
              .formatted(key.collection(), model.model(), model.fingerprint(), name, fingerprint));
    }
  }
}
