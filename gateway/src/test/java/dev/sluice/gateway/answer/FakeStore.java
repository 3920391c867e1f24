package dev.sluice.gateway.answer;

import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.CollectionSize;
import dev.sluice.gateway.documents.DocumentRecord;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.EmbeddedChunk;
import dev.sluice.gateway.documents.ExpectedVersion;
import dev.sluice.gateway.documents.Passage;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.Retrieval;
import dev.sluice.gateway.documents.StoreUsage;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.documents.StoredVersion;
import dev.sluice.gateway.documents.Upserted;
import dev.sluice.gateway.documents.WritePosition;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.MetadataTypes;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A store of one collection, whose retrievals take the turns of a simulation. */
final class FakeStore implements DocumentStore {

  private static final EmbedModel MODEL = new EmbedModel("m", "f", 2, 512);

  private final Simulation simulation;

  FakeStore(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public CollectionInfo collection(CollectionKey key) {
    return new CollectionInfo(key, MODEL, "1", Instant.EPOCH);
  }

  @Override
  public StoreUsage usage(Deadline deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Candidate> retrieve(CollectionKey key, Retrieval retrieval, Deadline deadline) {
    boolean lexical = retrieval.text() != null;
    boolean dense = retrieval.vector() != null;
    String leg = lexical && dense ? "hybrid" : lexical ? "lexical" : "dense";
    long left = Math.max(deadline.timeRemaining(TimeUnit.NANOSECONDS), 0);
    Turn turn = simulation.turn(leg, left);
    if (turn.nanos() >= left) {
      simulation.time.pass(left);
      throw new Failure.DeadlineExceeded("the deadline passed in the document store");
    }
    simulation.time.pass(turn.nanos());
    if (turn.code() != Code.OK) {
      throw turn.code() == Code.RESOURCE_EXHAUSTED
          ? new Failure.StorageFull("full")
          : new Failure.Internal("the document store failed");
    }
    return IntStream.range(0, simulation.passages)
        .mapToObj(i -> new Candidate(passage(i), dense ? 0.5 : null, lexical ? 1.0 : null))
        .toList();
  }

  private static Passage passage(int i) {
    return new Passage(
        "d" + i,
        "v",
        "d" + i + "#0",
        "",
        List.of(),
        Simulation.TEXT,
        0,
        Simulation.TEXT.length(),
        0,
        "",
        Struct.getDefaultInstance());
  }

  @Override
  public CollectionInfo create(
      CollectionKey key, EmbedModel model, String chunkerVersion, MetadataTypes types) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CollectionSize size(CollectionKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CollectionInfo> collections(String tenant, String after, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(CollectionKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Positioned<StoredVersion>> stored(CollectionKey key, String documentId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, float[]> vectors(CollectionKey key, String documentId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Positioned<Upserted>> upsert(
      CollectionKey key,
      StoredDocument document,
      List<EmbeddedChunk> chunks,
      ExpectedVersion expected) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<StoredDocument> document(CollectionKey key, String documentId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<DocumentRecord> documents(
      CollectionKey key, String after, int limit, @Nullable Filter filter) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Positioned<Boolean>> deleteDocument(
      CollectionKey key, String documentId, ExpectedVersion expected) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void requireVisible(CollectionKey key, WritePosition write, Deadline deadline) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
