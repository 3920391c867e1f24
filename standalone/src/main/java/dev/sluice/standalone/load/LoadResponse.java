package dev.sluice.standalone.load;

import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is measured of a call that succeeded.
 *
 * @param firstToken when the first piece of an answer came, as {@link System#nanoTime}; empty when
 *     none did
 */
public record LoadResponse(
    List<StageReport> stages, List<Degradation> degradations, OptionalLong firstToken) {

  LoadResponse(List<StageReport> stages, List<Degradation> degradations) {
    this(stages, degradations, OptionalLong.empty());
  }
}
