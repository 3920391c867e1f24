package dev.sluice.gateway.documents;

/** What storing a document did. */
public enum Upserted {
  CREATED,
  REPLACED,
  /** The very same version was there, and an expected version kept it from being written again. */
  UNCHANGED
}
