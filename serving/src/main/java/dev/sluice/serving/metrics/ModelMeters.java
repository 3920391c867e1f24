package dev.sluice.serving.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Meters of one model, labelled with its name. Counters and histograms go on where a model of the
 * name left off; gauges show the one loaded last.
 *
 * @param model a name that the operator gave, so that the labels are a closed set
 */
public record ModelMeters(MeterRegistry registry, String model) {

  private static final String LABEL = "model";

  public Tags tags() {
    return Tags.of(LABEL, model);
  }

  /** The counter of a name and labels, at 0 when it is new. */
  public Counter counter(String name, String description, String... labels) {
    return Counter.builder(name)
        .description(description)
        .tags(tags().and(labels))
        .register(registry);
  }

  /** A histogram of durations, in seconds. */
  public Timer timer(String name, String description) {
    return timer(name, description, LatencyBuckets.BOUNDS);
  }

  /** The same with bounds of its own. */
  public Timer timer(String name, String description, Duration... bounds) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(bounds)
        .tags(tags())
        .register(registry);
  }

  /** A histogram of sizes. */
  public DistributionSummary summary(
      String name, String description, double[] bounds, String... labels) {
    return DistributionSummary.builder(name)
        .description(description)
        .serviceLevelObjectives(bounds)
        .tags(tags().and(labels))
        .register(registry);
  }

  /** Registers a gauge, in the place of an earlier one. */
  public void gauge(String name, String description, DoubleSupplier value, String... labels) {
    Tags tags = tags().and(labels);
    registry.find(name).tags(tags).gauges().forEach(registry::remove);
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /** Removes all meters of a model that is gone. */
  public static void remove(MeterRegistry registry, String model) {
    List<Meter> gone =
        registry.getMeters().stream()
            .filter(meter -> model.equals(meter.getId().getTag(LABEL)))
            .toList();
    gone.forEach(registry::remove);
  }
}
