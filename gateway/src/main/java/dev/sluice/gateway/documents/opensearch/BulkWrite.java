package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.Upserted;
import dev.sluice.gateway.documents.WritePosition;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Overloaded;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A change of one document, what it expects to change, and who waits for it. */
final class BulkWrite<T> {

  private final SeenCollection collection;
  private final String id;
  private final @Nullable DocumentSource source;
  private final Expectation expectation;
  private final Function<String, T> reading;
  private final CompletableFuture<Positioned<T>> done = new CompletableFuture<>();

  /** What OpenSearch compares before it writes. */
  sealed interface Expectation {
    /** Nothing. */
    record None() implements Expectation {}

    /** That there is no such document. */
    record Absent() implements Expectation {}

    /** That this was the document's last operation. */
    record Last(WritePosition operation) implements Expectation {}
  }

  /** The document was changed since it was looked at. */
  static final class Raced extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private BulkWrite(
      SeenCollection collection,
      String id,
      @Nullable DocumentSource source,
      Expectation expectation,
      Function<String, T> reading) {
    this.collection = collection;
    this.id = id;
    this.source = source;
    this.expectation = expectation;
    this.reading = reading;
  }

  static BulkWrite<Upserted> put(
      SeenCollection collection, DocumentSource source, Expectation expectation) {
    return new BulkWrite<>(
        collection,
        IndexNames.document(source.document().id()),
        source,
        expectation,
        result -> result.equals("created") ? Upserted.CREATED : Upserted.REPLACED);
  }

  static BulkWrite<Boolean> delete(
      SeenCollection collection, String documentId, Expectation expectation) {
    return new BulkWrite<>(
        collection,
        IndexNames.document(documentId),
        null,
        expectation,
        result -> result.equals("deleted"));
  }

  /** The {@code _id} of the document. */
  String id() {
    return id;
  }

  long bytes() {
    return source == null ? 0 : source.bytes();
  }

  CompletableFuture<Positioned<T>> done() {
    return done;
  }

  /** Appends the lines of a bulk request. */
  void append(ByteArrayOutputStream body) {
    DocumentSource put = source;
    boolean creates = expectation instanceof Expectation.Absent;
    String operation = put == null ? "delete" : creates ? "create" : "index";
    body.writeBytes(Json.write(Map.of(operation, target())));
    body.write('\n');
    if (put != null) {
      body.writeBytes(put.json());
      body.write('\n');
    }
  }

  private Map<String, Object> target() {
    return expectation instanceof Expectation.Last(WritePosition last)
        ? Map.of("_id", id, "if_primary_term", last.term(), "if_seq_no", last.sequence())
        : Map.of("_id", id);
  }

  /**
   * Ends with the item that answers it, unless that says to try it again.
   *
   * @param outcome of the item: a document to be deleted that is not there is no error
   */
  boolean end(JsonNode outcome) {
    JsonNode error = outcome.path("error");
    String name = collection.info().key().collection();
    if (error.isMissingNode()) {
      T result = reading.apply(outcome.path("result").asText());
      return done.complete(new Positioned<>(result, collection.position(outcome)));
    }
    if (error.path("type").asText().equals("version_conflict_engine_exception")) {
      return done.completeExceptionally(new Raced());
    }
    Failure failure = ClusterFailures.of(outcome.path("status").asInt(), error, name);
    return !(failure instanceof Overloaded) && done.completeExceptionally(failure);
  }

  void fail(Throwable failure) {
    done.completeExceptionally(failure);
  }
}
