package dev.sluice.serving.batching.simulation;

/** How many batches each slot has got and not answered. */
final class InFlight {

  /** Says that every slot has enough. */
  static final int NONE = -1;

  private final int[] batches;
  private final int most;

  /**
   * @param most batches that a slot may have
   */
  InFlight(int slots, int most) {
    this.batches = new int[slots];
    this.most = most;
  }

  /** The slot with the fewest batches, or {@link #NONE}. */
  int free() {
    int least = 0;
    for (int slot = 1; slot < batches.length; slot++) {
      least = batches[slot] < batches[least] ? slot : least;
    }
    return batches[least] < most ? least : NONE;
  }

  void sent(int slot) {
    batches[slot]++;
  }

  void answered(int slot) {
    batches[slot]--;
  }
}
