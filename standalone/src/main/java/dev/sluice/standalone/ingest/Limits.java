package dev.sluice.standalone.ingest;

/** How much is read at most, beside {@link TextLimit}. */
final class Limits {

  /** Bytes of a PDF, HTML or Office file. */
  static final long CONTAINER_BYTES = 512L << 20;

  /** Bytes of one line of a corpus file: a text of 16 MiB with all of it escaped. */
  static final int LINE_BYTES = 96 << 20;

  static final int TITLE_CHARACTERS = 1024;

  private Limits() {}
}
