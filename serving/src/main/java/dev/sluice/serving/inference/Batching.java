package dev.sluice.serving.inference;

/** How a model on a server computes a batch. On the wire every batch is padded. */
public enum Batching {
  /** As it came, padding and all. */
  PADDED,
  /** The real tokens alone. */
  PACKED
}
