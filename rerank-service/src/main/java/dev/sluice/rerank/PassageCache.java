package dev.sluice.rerank;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.serving.metrics.CacheMetrics;
import io.grpc.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passages that were read, bounded by their bytes, and the flights of those that are being read, so
 * that calls at the same time share one. Only what was read well gets in.
 */
final class PassageCache implements CacheMetrics.Sized {

  /** What a call gets for a key. */
  sealed interface Claim {

    /** The passage was read before. */
    record Found(Passage passage) implements Claim {}

    /** Another call reads it, and hardly has more time for it than this one. */
    record Followed(Flight flight) implements Claim {}

    /** This call is to read it, and to land or abandon the flight. */
    record Led(Flight flight) implements Claim {}
  }

  /** Calls that arrive together have deadlines that differ by as much as their way here. */
  private static final long HARDLY_LATER_MILLIS = 100;

  private final Cache<PassageKey, Passage> passages;
  private final ConcurrentMap<PassageKey, Flight> flights = new ConcurrentHashMap<>();

  PassageCache(long maxBytes) {
    passages =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((PassageKey key, Passage passage) -> weight(passage))
            .executor(Runnable::run)
            .build();
  }

  private static int weight(Passage passage) {
    return (int) Math.min(passage.bytes(), Integer.MAX_VALUE);
  }

  /** The passage, or a flight to follow or to lead. */
  Claim claim(PassageKey key, Deadline deadline) {
    Passage found = passages.getIfPresent(key);
    if (found != null) {
      return new Claim.Found(found);
    }
    Flight ours = new Flight(key, deadline);
    Flight first =
        flights.merge(key, ours, (theirs, late) -> theirs.servesInTime(deadline) ? theirs : late);
    return first == ours ? lead(ours) : new Claim.Followed(first);
  }

  /** Another flight may have landed between the look at the cache and the start of this one. */
  private Claim lead(Flight ours) {
    Passage landed = passages.getIfPresent(ours.key);
    if (landed == null) {
      return new Claim.Led(ours);
    }
    ours.land(landed);
    return new Claim.Found(landed);
  }

  /** A flight of the call's own, for a passage whose other reader failed. */
  Flight leadAlone(PassageKey key, Deadline deadline) {
    Flight ours = new Flight(key, deadline);
    flights.put(key, ours);
    return ours;
  }

  /** Bytes of all passages. */
  @Override
  public long bytes() {
    return passages.policy().eviction().map(bound -> bound.weightedSize().orElse(0)).orElse(0L);
  }

  /** Number of passages. */
  @Override
  public long entries() {
    return passages.estimatedSize();
  }

  /** Flights that have neither landed nor been abandoned. */
  int flights() {
    return flights.size();
  }

  /** One passage on its way from the model to the cache and to all who wait for it. */
  final class Flight {

    private final PassageKey key;
    private final Deadline deadline;
    private final CompletableFuture<@Nullable Passage> outcome = new CompletableFuture<>();

    private Flight(PassageKey key, Deadline deadline) {
      this.key = key;
      this.deadline = deadline;
    }

    private boolean servesInTime(Deadline wanted) {
      return !wanted.offset(HARDLY_LATER_MILLIS, TimeUnit.MILLISECONDS).isBefore(deadline);
    }

    /** The passage was read. */
    void land(Passage passage) {
      passages.put(key, passage);
      outcome.complete(passage);
      flights.remove(key, this);
    }

    /** The passage was not read, for whatever reason; says nothing when it was. */
    void abandon() {
      outcome.complete(null);
      flights.remove(key, this);
    }

    /** The passage, or null when the flight was abandoned. Not to be completed by others. */
    CompletableFuture<@Nullable Passage> outcome() {
      return outcome;
    }
  }
}
