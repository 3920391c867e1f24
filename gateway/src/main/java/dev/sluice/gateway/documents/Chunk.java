package dev.sluice.gateway.documents;

import java.util.List;

/**
 * A passage of a document.
 *
 * @param start where it begins in the document's text, in UTF-16 units
 * @param end where it ends, exclusive; equal to start only in a document without a word
 * @param headings the headings that it stands under, outermost first
 * @param header what is read before the passage when it is embedded or searched: the title and
 *     those headings that the passage itself does not begin with
 */
public record Chunk(int start, int end, List<String> headings, String header) {

  /** The passage itself. */
  public String text(String document) {
    return document.substring(start, end);
  }

  /** The passage with its header: what is embedded and what its words are searched in. */
  public String read(String document) {
    return read(header, text(document));
  }

  /** A passage's text with its header. */
  public static String read(String header, String text) {
    if (header.isEmpty()) {
      return text;
    }
    return text.isEmpty() ? header : header + "\n" + text;
  }
}
