package dev.sluice.generate.admission;

import dev.sluice.type.v1.Priority;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many tokens a stream will write, from what streams of its class wrote; never more than it
 * may. A class is a priority and the power of two of {@code max_tokens}. A class not seen yet is
 * taken to write the part of {@code max_tokens} that the others wrote, a quarter before the first.
 */
final class OutputEstimate {

  private static final double WEIGHT = 1.0 / 64;
  private static final double QUANTILE = 0.9;
  private static final double STEP = 0.1;
  private static final double FIRST_RATIO = 0.25;
  private static final int CLASSES = Integer.SIZE;

  /**
   * An estimate, in tokens.
   *
   * @param expected the decaying mean: what a queue of such streams sums up to
   * @param most what nine in ten stay below: what a deadline should have room for
   */
  record Output(int expected, int most) {}

  /** What one class wrote: a mean of weight 1/64, and a quantile by steps of a tenth of itself. */
  private static final class Lengths {
    private double mean;
    private double most;

    Lengths(double mean, double most) {
      this.mean = mean;
      this.most = most;
    }

    void observe(long written) {
      mean += WEIGHT * (written - mean);
      most *= 1 + STEP * (QUANTILE - (written <= most ? 1 : 0));
    }
  }

  private final Map<Priority, Lengths[]> classes = new EnumMap<>(Priority.class);
  private double ratio = FIRST_RATIO;

  Output of(Ticket ticket) {
    Lengths seen = classes(ticket)[power(ticket)];
    Lengths lengths = seen == null ? guess(ticket) : seen;
    return new Output(bounded(lengths.mean, ticket), bounded(lengths.most, ticket));
  }

  private Lengths guess(Ticket ticket) {
    double mean = ratio * ticket.maxTokens();
    return new Lengths(mean, 2 * mean);
  }

  private static int bounded(double tokens, Ticket ticket) {
    return Math.clamp(Math.round(tokens), 1, ticket.maxTokens());
  }

  /** A stream wrote so many tokens. */
  void observe(Ticket ticket, long written) {
    Lengths[] lengths = classes(ticket);
    int power = power(ticket);
    if (lengths[power] == null) {
      lengths[power] = new Lengths(written, Math.max(1, 2 * written));
    }
    lengths[power].observe(written);
    ratio += WEIGHT * ((double) written / ticket.maxTokens() - ratio);
  }

  private Lengths[] classes(Ticket ticket) {
    return classes.computeIfAbsent(ticket.priority(), priority -> new Lengths[CLASSES]);
  }

  private static int power(Ticket ticket) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(ticket.maxTokens());
  }
}
