package dev.sluice.generate.model;

import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.Usage;
import java.util.OptionalDouble;

/**
 * How a text ended.
 *
 * @param support how well the documents support it, in [0, 1]; empty when nobody measured
 */
public record Completion(
    FinishReason finishReason, Usage usage, OptionalDouble support, Effort effort) {

  /** The same after a wait at a gate. */
  public Completion waited(long nanos) {
    return new Completion(finishReason, usage, support, effort.waited(nanos));
  }
}
