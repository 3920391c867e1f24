package dev.sluice.standalone.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.PrimitiveIterator;

/** When calls are to be sent, whether earlier ones were answered or not. */
public sealed interface Arrivals permits PoissonArrivals, TraceArrivals {

  /** From the beginning: nanoseconds after the start of the run, ascending; the same every time. */
  PrimitiveIterator.OfLong times();

  /** How long calls are sent, in nanoseconds. */
  long length();

  /** Calls a second that are to be sent, on average. */
  double rate();

  /** Says in a report what this is. */
  void describe(ObjectNode report);
}
