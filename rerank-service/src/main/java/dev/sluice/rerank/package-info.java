/**
 * The rerank-service: a query and documents in, the documents' order out. A request goes {@link
 * dev.sluice.rerank.RerankEndpoint} → {@link dev.sluice.rerank.RerankModel} → {@link
 * dev.sluice.serving.batching.Batcher}.
 */
@NullMarked
package dev.sluice.rerank;

import org.jspecify.annotations.NullMarked;
