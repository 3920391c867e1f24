package dev.sluice.serving.batching.simulation;

/** How a server that serves items in order of arrival cuts its queue into batches. */
interface BatchRule {

  /** Decides, item after item, who joins one batch. */
  @FunctionalInterface
  interface Forming {

    /** Asked in order of arrival until it says no; says yes to the first. */
    boolean joins(Item item);
  }

  /** A new batch. */
  Forming begin();

  /** The most items of a batch. */
  default int mostItems() {
    return Integer.MAX_VALUE;
  }

  /** Nanoseconds that the oldest item waits for a batch that could still grow. */
  default long delay() {
    return 0;
  }

  /** Batches that a slot may have at once: with 2, one is sealed while another runs. */
  default int depth() {
    return 1;
  }

  /** Tokens that each item of a batch is padded to. */
  default int paddedTo(int longest) {
    return longest;
  }
}
