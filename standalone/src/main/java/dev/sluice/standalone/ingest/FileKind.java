package dev.sluice.standalone.ingest;

/** How a file is read. */
enum FileKind {
  PLAIN_TEXT,
  MARKDOWN,
  /** One JSON document a line. */
  CORPUS,
  HTML,
  PDF,
  OFFICE,
  /** Not at all. */
  OTHER;

  /** Whether the file is text as it is. */
  boolean isText() {
    return switch (this) {
      case PLAIN_TEXT, MARKDOWN, CORPUS, HTML -> true;
      case PDF, OFFICE, OTHER -> false;
    };
  }
}
