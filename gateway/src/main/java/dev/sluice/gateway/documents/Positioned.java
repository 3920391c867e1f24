package dev.sluice.gateway.documents;

/** What a write did, or a read found, and where it stands in the collection's history. */
public record Positioned<T>(T value, WritePosition position) {}
