package dev.sluice.gateway.documents;

/** A passage and its vector of length 1. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record EmbeddedChunk(Chunk chunk, float[] vector) {}
