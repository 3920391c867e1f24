package dev.sluice.gateway.documents;

import java.time.Instant;

/** What a collection was created with. Nothing of it ever changes. */
public record CollectionInfo(
    CollectionKey key, EmbedModel model, String chunkerVersion, Instant createTime) {}
