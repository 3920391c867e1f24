package dev.sluice.gateway.documents;

/**
 * What a tenant may keep.
 *
 * @param documents in all its collections together
 */
public record StorageLimits(
    StorageLimit documents, StorageLimit collections, StorageLimit snapshots) {}
