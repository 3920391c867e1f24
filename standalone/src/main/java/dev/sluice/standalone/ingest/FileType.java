package dev.sluice.standalone.ingest;

/**
 * What a file is.
 *
 * @param mediaType as {@code application/pdf}
 * @param misnamed whether its ending says otherwise
 */
record FileType(FileKind kind, String mediaType, boolean misnamed) {}
