package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.Collection;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.GetCollectionRequest;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.standalone.CommandFailure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The collections of a gateway, as far as commands care. */
public record CollectionCatalog(Gateway gateway) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Makes sure that there is one of this name. */
  public void ensure(String name) {
    ensure(name, Map.of());
  }

  /**
   * The same, and that it declares these types of metadata.
   *
   * @param types by paths of fields; none: whatever it declares
   */
  public void ensure(String name, Map<String, MetadataType> types) {
    try {
      Collection there =
          gateway
              .collections()
              .withDeadlineAfter(PATIENCE)
              .getCollection(GetCollectionRequest.newBuilder().setCollection(name).build());
      if (!types.isEmpty() && !there.getMetadataTypesMap().equals(types)) {
        throw new CommandFailure(
            "collection '"
                + name
                + "' is there already and declares other types of metadata, "
                + new TreeMap<>(there.getMetadataTypesMap())
                + ": name another one, or leave the types out");
      }
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw CallFailure.of(e, gateway.address());
      }
      create(name, types);
    }
  }

  private void create(String name, Map<String, MetadataType> types) {
    CreateCollectionRequest request =
        CreateCollectionRequest.newBuilder().setCollection(name).putAllMetadataTypes(types).build();
    try {
      gateway.collections().withDeadlineAfter(PATIENCE).createCollection(request);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw CallFailure.of(e, gateway.address());
      }
    }
  }

  /** Stops the command when there is no collection of this name. */
  public void require(String name) {
    try {
      gateway
          .collections()
          .withDeadlineAfter(PATIENCE)
          .getCollection(GetCollectionRequest.newBuilder().setCollection(name).build());
    } catch (StatusRuntimeException e) {
      throw failure(e, name);
    }
  }

  /** Deletes a collection with all that is in it. */
  public void delete(String name) {
    try {
      gateway
          .collections()
          .withDeadlineAfter(PATIENCE)
          .deleteCollection(DeleteCollectionRequest.newBuilder().setCollection(name).build());
    } catch (StatusRuntimeException e) {
      throw CallFailure.of(e, gateway.address());
    }
  }

  /**
   * What to tell the user whose call for a collection failed: a missing one, and which there are.
   */
  public CommandFailure failure(StatusRuntimeException exception, String name) {
    if (exception.getStatus().getCode() != Status.Code.NOT_FOUND) {
      return CallFailure.of(exception, gateway.address());
    }
    try {
      return new CommandFailure("there is no collection '" + name + "': " + others(), exception);
    } catch (StatusRuntimeException e) {
      return CallFailure.of(exception, gateway.address());
    }
  }

  private String others() {
    String names =
        gateway
            .collections()
            .withDeadlineAfter(PATIENCE)
            .listCollections(ListCollectionsRequest.getDefaultInstance())
            .getCollectionsList()
            .stream()
            .limit(20)
            .map(Collection::getName)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? "there is none yet; sluice ingest PATH --collection NAME makes one"
        : "there are " + names;
  }
}
