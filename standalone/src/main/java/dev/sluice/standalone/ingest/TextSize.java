package dev.sluice.standalone.ingest;

import java.nio.charset.StandardCharsets;

/** Whether a text fits into a document. */
final class TextSize {

  static final String TOO_LONG =
      "it has more text than a document may have (16 MiB): split it into several";

  private TextSize() {}

  static boolean isTooLong(String text) {
    // Three bytes a character is the most that UTF-8 takes for one char.
    return text.length() > Limits.TEXT_BYTES / 3
        && text.getBytes(StandardCharsets.UTF_8).length > Limits.TEXT_BYTES;
  }
}
