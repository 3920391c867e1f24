package dev.sluice.serving.encoder;

/** Batches that an in-process model runs side by side. */
public final class Slots {

  private Slots() {}

  /** The number configured, or one for each processor when it is 0. */
  public static int orProcessors(int configured) {
    return configured == 0 ? Runtime.getRuntime().availableProcessors() : configured;
  }
}
