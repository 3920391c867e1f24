package dev.sluice.gateway.documents;

import java.util.Comparator;

/** Names a collection: every tenant has its own names. Ordered by tenant, then by name. */
public record CollectionKey(String tenant, String collection) implements Comparable<CollectionKey> {

  private static final Comparator<CollectionKey> ORDER =
      Comparator.comparing(CollectionKey::tenant).thenComparing(CollectionKey::collection);

  @Override
  public int compareTo(CollectionKey other) {
    return ORDER.compare(this, other);
  }
}
