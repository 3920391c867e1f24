package dev.sluice.standalone.cli;

import dev.sluice.type.v1.Degradation;

/** What a response lacks, in words. */
final class Degradations {

  private Degradations() {}

  static String line(Degradation degradation) {
    StringBuilder line = new StringBuilder(degradation.getReason().name());
    if (degradation.getEffect() != Degradation.Effect.EFFECT_UNSPECIFIED) {
      line.append(", ").append(degradation.getEffect());
    }
    if (!degradation.getStage().isEmpty()) {
      line.append(" (").append(degradation.getStage()).append(')');
    }
    if (!degradation.getMessage().isEmpty()) {
      line.append(": ").append(degradation.getMessage());
    }
    return line.toString();
  }
}
