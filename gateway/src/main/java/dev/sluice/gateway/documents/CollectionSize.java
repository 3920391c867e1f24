package dev.sluice.gateway.documents;

/** How much a collection holds: documents, and the passages that they were split into. */
public record CollectionSize(long documents, long chunks) {}
