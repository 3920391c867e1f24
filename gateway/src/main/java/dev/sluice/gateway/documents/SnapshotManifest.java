package dev.sluice.gateway.documents;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The file {@code manifest.json} of a snapshot: what it holds, and how to tell that it is whole.
 */
record SnapshotManifest(int format, String name, String createTime, List<Held> collections) {

  static final int FORMAT = 1;
  private static final String NAME = "manifest.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A collection: a folder of this name beside the manifest. */
  record Held(String collection, long documents, List<HeldFile> files) {}

  /**
   * @param path under the collection's folder
   * @param sha256 of its content, in hexadecimal
   */
  record HeldFile(String path, long size, String sha256) {}

  void write(Path snapshot) throws IOException {
    DurableFile.write(snapshot.resolve(NAME), JSON.writeValueAsBytes(this));
  }

  static SnapshotManifest read(Path snapshot) throws IOException {
    SnapshotManifest manifest =
        JSON.readValue(Files.readAllBytes(snapshot.resolve(NAME)), SnapshotManifest.class);
    if (manifest.format() != FORMAT) {
      throw new Precondition(
          "SNAPSHOT_FORMAT_UNKNOWN",
          "snapshot '%s' has format %d, this version of Sluice knows %d"
              .formatted(manifest.name(), manifest.format(), FORMAT));
    }
    return manifest;
  }

  SnapshotInfo info() {
    return new SnapshotInfo(
        name,
        Instant.parse(createTime),
        collections.stream()
            .map(held -> new SnapshotInfo.Held(held.collection(), held.documents()))
            .toList(),
        collections.stream()
            .flatMap(held -> held.files().stream())
            .mapToLong(HeldFile::size)
            .sum());
  }
}
