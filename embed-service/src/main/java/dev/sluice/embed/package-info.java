/**
 * The embed-service: texts in, vectors out. A request goes {@link dev.sluice.embed.EmbedEndpoint} →
 * {@link dev.sluice.serving.batching.Batcher} → {@link dev.sluice.embed.EmbedModel}.
 */
@NullMarked
package dev.sluice.embed;

import org.jspecify.annotations.NullMarked;
