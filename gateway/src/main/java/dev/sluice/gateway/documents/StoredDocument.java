package dev.sluice.gateway.documents;

/** A document as it is stored. */
public record StoredDocument(DocumentRecord record, String text) {

  public String id() {
    return record.id();
  }
}
