package dev.sluice.standalone.ingest;

import dev.sluice.gateway.v1.Document;

/** What a source has to offer; {@code bytes} is its share of the work. */
public sealed interface Item {

  long bytes();

  /** A document to store. */
  record Ready(Document document, long bytes) implements Item {}

  /** Something that should have become a document and did not. */
  record Refused(String name, String reason, long bytes) implements Item {}

  /** Something that nobody asked to be a document. */
  record Skipped(String reason, long bytes) implements Item {}
}
