package dev.sluice.standalone.ingest;

import java.nio.file.Path;

/**
 * A file to read.
 *
 * @param id the document's id: readable, '/'-separated, the same on every run
 * @param size in bytes
 * @param named whether the user named this very file, so that not reading it is a failure
 */
public record SourceFile(Path path, String id, long size, boolean named) {

  String fileName() {
    return id.substring(id.lastIndexOf('/') + 1);
  }
}
