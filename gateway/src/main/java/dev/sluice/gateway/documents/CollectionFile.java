package dev.sluice.gateway.documents;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The file {@code collection.json} in a collection's directory: what it was created with. */
record CollectionFile(
    String tenant,
    String collection,
    String model,
    String fingerprint,
    int dimension,
    int maxTokens,
    String chunkerVersion,
    String createTime) {

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
            info.createTime().toString());
    DurableFile.write(directory.resolve(NAME), JSON.writeValueAsBytes(file));
  }

  static CollectionInfo read(Path directory) throws IOException {
    CollectionFile file =
        JSON.readValue(Files.readAllBytes(directory.resolve(NAME)), CollectionFile.class);
    return new CollectionInfo(
        new CollectionKey(file.tenant, file.collection),
        new EmbedModel(file.model, file.fingerprint, file.dimension, file.maxTokens),
        file.chunkerVersion,
        Instant.parse(file.createTime));
  }
}
