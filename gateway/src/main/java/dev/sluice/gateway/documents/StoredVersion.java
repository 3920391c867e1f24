package dev.sluice.gateway.documents;

/** Which content of a document is stored, and into how many passages it was split. */
public record StoredVersion(String version, int chunkCount) {}
