package dev.sluice.gateway.documents;

import java.util.Optional;

/**
 * How much a store holds, all collections of all tenants together.
 *
 * @param bytes on disk, those of replicas too
 * @param disk where they lie, the fullest one of several; empty when nobody tells
 */
public record StoreUsage(long documents, long chunks, long bytes, Optional<Disk> disk) {

  /** The room on a disk, in bytes. */
  public record Disk(long free, long total) {}

  /** Both together, on one disk. */
  StoreUsage plus(StoreUsage other) {
    return new StoreUsage(
        documents + other.documents, chunks + other.chunks, bytes + other.bytes, disk);
  }
}
