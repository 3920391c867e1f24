package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.LatencyBuckets;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How long a store takes and how much it holds. An operation failed when the store could not do it,
 * or not in time: that something is not there, or is there already, is an answer. Gauges are those
 * of the last sample, no number before the first and after one that failed.
 */
final class StoreMetrics {

  static final String DURATION = "sluice.store.operation.duration";

  /** What a store is asked for. */
  enum Operation {
    CREATE_COLLECTION,
    GET_COLLECTION,
    SIZE_COLLECTION,
    LIST_COLLECTIONS,
    DELETE_COLLECTION,
    UPSERT,
    GET_VERSION,
    GET_VECTORS,
    GET,
    LIST,
    DELETE,
    AWAIT_VISIBLE,
    RETRIEVE
  }

  private final MeterRegistry registry;
  private final String store;
  private volatile @Nullable StoreUsage usage;

  /**
   * @param store names the kind, as "lucene"
   */
  StoreMetrics(MeterRegistry registry, String store) {
    this.registry = registry;
    this.store = store;
    for (Operation operation : Operation.values()) {
      timer(operation, "ok");
      timer(operation, "failed");
    }
    gauge("documents", "Documents in the store", "documents", StoreUsage::documents);
    gauge("chunks", "Passages in the store", "chunks", StoreUsage::chunks);
    gauge("bytes", "What the store takes on disk, with its replicas", "bytes", StoreUsage::bytes);
    disk("disk.free", "Room left on the store's fullest disk", StoreUsage.Disk::free);
    disk("disk.total", "Size of the store's fullest disk", StoreUsage.Disk::total);
  }

  private Timer timer(Operation operation, String outcome) {
    return Timer.builder(DURATION)
        .description("Time that the document store took")
        .tags("store", store)
        .tags("operation", operation.name().toLowerCase(Locale.ROOT))
        .tags("outcome", outcome)
        .serviceLevelObjectives(LatencyBuckets.BOUNDS)
        .register(registry);
  }

  private void disk(String name, String description, ToDoubleFunction<StoreUsage.Disk> value) {
    gauge(
        name,
        description,
        "bytes",
        used -> used.disk().map(value::applyAsDouble).orElse(Double.NaN));
  }

  private void gauge(
      String name, String description, String unit, ToDoubleFunction<StoreUsage> value) {
    Gauge.builder("sluice.store." + name, () -> latest(value))
        .description(description)
        .baseUnit(unit)
        .tags("store", store)
        .strongReference(true)
        .register(registry);
  }

  private double latest(ToDoubleFunction<StoreUsage> value) {
    StoreUsage known = usage;
    return known == null ? Double.NaN : value.applyAsDouble(known);
  }

  /**
   * The store was asked how much it holds.
   *
   * @param now null when it could not tell
   */
  void holds(@Nullable StoreUsage now) {
    usage = now;
  }

  /**
   * An operation ended.
   *
   * @param failure null when it did what it was to do
   */
  void ended(Operation operation, long nanos, @Nullable Throwable failure) {
    timer(operation, isAnswer(failure) ? "ok" : "failed").record(nanos, TimeUnit.NANOSECONDS);
  }

  private static boolean isAnswer(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> true;
      case Failure.InvalidInput _,
          Failure.NotFound _,
          Failure.AlreadyExists _,
          Failure.VersionConflict _,
          Failure.Precondition _,
          Failure.Unauthenticated _,
          Failure.PermissionDenied _,
          Failure.QuotaExceeded _,
          Failure.Unimplemented _,
          Failure.Cancelled _ ->
          true;
      default -> false;
    };
  }
}
