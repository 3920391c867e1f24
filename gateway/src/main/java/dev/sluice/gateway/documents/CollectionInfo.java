package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Precondition;
import java.time.Instant;

/** What a collection was created with. Nothing of it ever changes. */
public record CollectionInfo(
    CollectionKey key, EmbedModel model, String chunkerVersion, Instant createTime) {

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
