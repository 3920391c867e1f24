package dev.sluice.standalone.ingest;

/**
 * What was found in a document that is not text as it is.
 *
 * @param title the document's own, else its first heading, else empty
 * @param structured whether there are headings, so that the text is Markdown
 */
record ExtractedText(String title, String text, boolean structured) {}
