package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.Upserted;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Overloaded;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A change of one document, and who waits for it. */
final class BulkWrite<T> {

  private final String id;
  private final @Nullable DocumentSource source;
  private final Function<String, T> reading;
  private final CompletableFuture<T> done = new CompletableFuture<>();

  private BulkWrite(String id, @Nullable DocumentSource source, Function<String, T> reading) {
    this.id = id;
    this.source = source;
    this.reading = reading;
  }

  static BulkWrite<Upserted> put(DocumentSource source) {
    return new BulkWrite<>(
        IndexNames.document(source.document().id()),
        source,
        result -> result.equals("created") ? Upserted.CREATED : Upserted.REPLACED);
  }

  static BulkWrite<Boolean> delete(String documentId) {
    return new BulkWrite<>(
        IndexNames.document(documentId), null, result -> result.equals("deleted"));
  }

  /** The {@code _id} of the document. */
  String id() {
    return id;
  }

  long bytes() {
    return source == null ? 0 : source.bytes();
  }

  CompletableFuture<T> done() {
    return done;
  }

  /** Appends the lines of a bulk request. */
  void append(ByteArrayOutputStream body) {
    DocumentSource put = source;
    body.writeBytes(Json.write(Map.of(put == null ? "delete" : "index", Map.of("_id", id))));
    body.write('\n');
    if (put != null) {
      body.writeBytes(put.json());
      body.write('\n');
    }
  }

  /**
   * Ends with the item that answers it, unless that says to try it again.
   *
   * @param outcome of the item: a document to be deleted that is not there is no error
   */
  boolean end(JsonNode outcome, String collection) {
    JsonNode error = outcome.path("error");
    if (error.isMissingNode()) {
      return done.complete(reading.apply(outcome.path("result").asText()));
    }
    Failure failure = ClusterFailures.of(outcome.path("status").asInt(), error, collection);
    return !(failure instanceof Overloaded) && done.completeExceptionally(failure);
  }

  void fail(Throwable failure) {
    done.completeExceptionally(failure);
  }
}
