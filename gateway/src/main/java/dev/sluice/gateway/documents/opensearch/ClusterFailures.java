package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.Retrieved;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.StorageFull;
import dev.sluice.serving.failure.Failure.Unavailable;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** What the errors of OpenSearch mean to our callers. Its own words are logged, never sent. */
final class ClusterFailures {

  private static final String REASON = "DOCUMENT_STORE_UNAVAILABLE";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private ClusterFailures() {}

  static Failure of(int status, JsonNode error, String collection) {
    return switch (error.path("type").asText()) {
      case "index_not_found_exception" -> new NotFound("collection", collection);
      case "resource_already_exists_exception" -> new AlreadyExists("collection", collection);
      case "cluster_block_exception" -> blocked(error);
      default -> of(status, error);
    };
  }

  /** At the flood stage of a disk its indexes take no more writes; operators block them too. */
  private static Failure blocked(JsonNode error) {
    String reason = error.path("reason").asText();
    if (reason.contains("disk")) {
      return new StorageFull("a disk of the document store is full");
    }
    return reason.contains("FORBIDDEN") ? readOnly() : unavailable(cause(error));
  }

  private static Precondition readOnly() {
    return new Precondition(
        "DOCUMENT_STORE_READ_ONLY",
        "the document store is read-only: its operators must take the block off its indexes");
  }

  private static Failure of(int status, JsonNode error) {
    return switch (status) {
      case 400 ->
          error.path("reason").asText().contains("unknown setting [index.knn]")
              ? withoutVectors()
              : broken(error);
      case 429 -> overloaded();
      case 401, 403 -> new Internal("the document store refuses this gateway", cause(error));
      case 413 -> new InvalidInput("text", "is too long for the document store");
      case 404, 502, 503, 504 -> away(error);
      default -> broken(error);
    };
  }

  private static Unavailable away(JsonNode error) {
    return error.path("reason").asText().contains("artial shards failure")
        ? new Unavailable(
            Retrieved.PARTIAL_SHARDS, "some shards of the document store did not answer")
        : unavailable(cause(error));
  }

  private static Internal broken(JsonNode error) {
    return new Internal("the document store failed", cause(error));
  }

  private static Precondition withoutVectors() {
    return new Precondition(
        "DOCUMENT_STORE_WITHOUT_VECTORS",
        "the document store finds no vectors: its nodes need OpenSearch's k-NN plugin");
  }

  private static IllegalStateException cause(JsonNode error) {
    return new IllegalStateException("OpenSearch answered " + error);
  }

  static Overloaded overloaded() {
    return new Overloaded("the document store has too much to do", RETRY_AFTER);
  }

  static Unavailable unavailable(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof SSLException) {
        return new Unavailable(REASON, "the document store's certificate is not trusted", cause);
      }
    }
    return new Unavailable(REASON, "the document store cannot be reached", cause);
  }

  /** Thrown where the answer must be whole, told beside it where it need not. */
  static Unavailable partial(int missing, int shards) {
    return new Unavailable(
        Retrieved.PARTIAL_SHARDS,
        "%d of %d shards of the document store did not answer".formatted(missing, shards));
  }

  /** Something else listens there: a proxy, or another kind of server. */
  static Unavailable stranger(JsonNode answer) {
    return new Unavailable(
        REASON,
        "what answers as the document store is no OpenSearch",
        new IllegalStateException("GET / answered " + answer));
  }

  static DeadlineExceeded late() {
    return new DeadlineExceeded("the deadline passed in the document store");
  }
}
