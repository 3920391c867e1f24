package dev.sluice.gateway.documents;

/** What storing a document did. */
public enum Upserted {
  CREATED,
  REPLACED
}
