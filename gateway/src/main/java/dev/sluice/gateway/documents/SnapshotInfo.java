package dev.sluice.gateway.documents;

import java.time.Instant;
import java.util.List;

/**
 * A snapshot of collections.
 *
 * @param size of its files in bytes
 */
public record SnapshotInfo(String name, Instant createTime, List<Held> collections, long size) {

  /** A collection in it. */
  public record Held(String collection, long documents) {}
}
