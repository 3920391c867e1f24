package dev.sluice.standalone.load;

import java.time.Duration;
import java.util.List;

/**
 * What load is to be put on a gateway.
 *
 * @param name of the kind of call, for the report
 * @param texts that the calls take in turn; at least one
 * @param maxInFlight calls; those beyond are not sent, and counted
 * @param deadline of each call
 */
public record LoadPlan(
    String name,
    LoadCall call,
    List<String> texts,
    Arrivals arrivals,
    int maxInFlight,
    Duration deadline) {

  String text(long number) {
    return texts.get((int) (number % texts.size()));
  }
}
