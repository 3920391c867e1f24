package dev.sluice.gateway.documents;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.gateway.v1.Collection.MetadataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code collection.json} in a collection's directory: what it was created with. {@code
 * filters} says whether its records can be found by their metadata, and is absent from collections
 * of data format 1, whose records cannot. {@code id} tells it from collections of the same name
 * before and after it; it and {@code metadataTypes} are absent from those of data format 2.
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
    boolean filters,
    @Nullable String id,
    @Nullable Map<String, MetadataType> metadataTypes) {

  private static final String NAME = "collection.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a collection that begins. */
  static CollectionFile of(CollectionInfo info) {
    EmbedModel model = info.model();
    return new CollectionFile(
        info.key().tenant(),
        info.key().collection(),
        model.model(),
        model.fingerprint(),
        model.dimension(),
        model.maxTokens(),
        info.chunkerVersion(),
        info.createTime().toString(),
        true,
        UUID.randomUUID().toString(),
        info.metadataTypes().written());
  }

  /** Of one that begins with the documents of this one. */
  CollectionFile again() {
    return new CollectionFile(
        tenant,
        collection,
        model,
        fingerprint,
        dimension,
        maxTokens,
        chunkerVersion,
        createTime,
        filters,
        UUID.randomUUID().toString(),
        metadataTypes);
  }

  void write(Path directory) throws IOException {
    DurableFile.write(in(directory), JSON.writeValueAsBytes(this));
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
        Instant.parse(createTime),
        metadataTypes == null ? MetadataTypes.NONE : MetadataTypes.of(metadataTypes));
  }

  /** Never that of another collection, also of one of the same name. */
  String identity() {
    return id == null ? createTime : id;
  }
}
