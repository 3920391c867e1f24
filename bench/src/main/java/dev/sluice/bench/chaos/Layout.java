package dev.sluice.bench.chaos;

/** How the processes of a cluster are put together. */
enum Layout {
  /** The gateway before two replicas of each service. */
  PLAIN,
  /** The same, every connection through a link of ours, the callers' too. */
  LINKED,
  /** The gateway's data on a file system of a few MiB. */
  SMALL_DISK {
    @Override
    String missing() {
      return SmallDisk.missing();
    }
  },
  /** Wall clocks that can be stepped: one of the gateway and one of all others. */
  STEPPED_CLOCKS {
    @Override
    String missing() {
      return SteppedClock.missing();
    }
  },
  /** Replicas of embed and generate each with a model server of its own; one of each may lie. */
  MODEL_SERVERS;

  /** Why there can be none here; empty when there can. */
  String missing() {
    return "";
  }
}
