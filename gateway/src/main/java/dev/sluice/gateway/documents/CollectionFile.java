package dev.sluice.gateway.documents;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The file {@code collection.json} in a collection's directory: what it was created with. {@code
 * filters} says whether its records can be found by their metadata, and is absent from collections
 * of data format 1, whose records cannot.
 */
record CollectionFile(
    String tenant,
    String collection,
    String model,
    String fingerprint,
    int dimension,
    int maxTokens,
    String chunkerVersion,
    String createTime,
    boolean filters) {

  private static final String NAME = "collection.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  static void write(Path directory, CollectionInfo info) throws IOException {
    EmbedModel model = info.model();
    CollectionFile file =
        new CollectionFile(
            info.key().tenant(),
            info.key().collection(),
            model.model(),
            model.fingerprint(),
            model.dimension(),
            model.maxTokens(),
            info.chunkerVersion(),
            info.createTime().toString(),
            true);
    DurableFile.write(in(directory), JSON.writeValueAsBytes(file));
  }

  /** Where it lies in a collection's directory. */
  static Path in(Path directory) {
    return directory.resolve(NAME);
  }

  static CollectionFile read(Path directory) throws IOException {
    return JSON.readValue(Files.readAllBytes(in(directory)), CollectionFile.class);
  }

  CollectionInfo info() {
    return new CollectionInfo(
        new CollectionKey(tenant, collection),
        new EmbedModel(model, fingerprint, dimension, maxTokens),
        chunkerVersion,
        Instant.parse(createTime));
  }
}
