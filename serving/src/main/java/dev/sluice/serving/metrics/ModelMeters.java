package dev.sluice.serving.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
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
