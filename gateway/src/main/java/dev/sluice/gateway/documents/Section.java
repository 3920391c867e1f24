package dev.sluice.gateway.documents;

import java.util.List;

/**
 * What stands under one heading, beginning with the heading itself.
 *
 * @param path the headings above it and its own, outermost first
 */
record Section(List<Heading> path, List<Block> blocks) {

  /** A heading and where it begins in the document. */
  record Heading(String text, int level, int start) {}
}
