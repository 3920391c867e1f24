package dev.sluice.gateway.documents;

import java.util.List;

/**
 * The passages of a document with their vectors.
 *
 * @param embedded how many texts the model was asked for
 */
record EmbeddedDocument(List<EmbeddedChunk> chunks, int embedded) {}
