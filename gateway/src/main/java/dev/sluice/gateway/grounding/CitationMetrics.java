package dev.sluice.gateway.grounding;

import dev.sluice.gateway.v1.CitationSource.Verification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Quotes checked, by result, and answers withheld. The counters exist from the start. */
public final class CitationMetrics {

  public static final String CITATIONS = "sluice.citations";
  public static final String ABSTENTIONS = "sluice.abstentions";

  private final MeterRegistry registry;
  private final Counter abstentions;

  public CitationMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.abstentions =
        Counter.builder(ABSTENTIONS)
            .description("Questions that the documents do not answer")
            .register(registry);
    for (Verification verification : Verification.values()) {
      if (verification != Verification.VERIFICATION_UNSPECIFIED
          && verification != Verification.UNRECOGNIZED) {
        citations(verification);
      }
    }
  }

  private Counter citations(Verification verification) {
    return Counter.builder(CITATIONS)
        .description("Quotes checked against stored text")
        .tag("verification", verification.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  /** A quote was looked for. */
  public void checked(Verification verification) {
    citations(verification).increment();
  }

  /** An answer was withheld. */
  public void abstained() {
    abstentions.increment();
  }
}
