/**
 * Collections and their documents: {@link DocumentEndpoint} takes documents in, {@link Chunker}
 * splits them into passages, {@link Embedder} turns those into vectors, {@link DocumentStore} keeps
 * and finds them.
 */
@NullMarked
package dev.sluice.gateway.documents;

import org.jspecify.annotations.NullMarked;
