package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.StorageFull;
import dev.sluice.serving.failure.Failure.Unavailable;
import java.time.Duration;

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

  /** At the flood stage of a disk its indexes take no more writes. */
  private static Failure blocked(JsonNode error) {
    return error.path("reason").asText().contains("disk")
        ? new StorageFull("a disk of the document store is full")
        : unavailable(cause(error));
  }

  private static Failure of(int status, JsonNode error) {
    return switch (status) {
      case 429 -> overloaded();
      case 401, 403 -> new Internal("the document store refuses this gateway", cause(error));
      case 413 -> new InvalidInput("text", "is too long for the document store");
      case 502, 503, 504 -> unavailable(cause(error));
      default -> new Internal("the document store failed", cause(error));
    };
  }

  private static IllegalStateException cause(JsonNode error) {
    return new IllegalStateException("OpenSearch answered " + error);
  }

  static Overloaded overloaded() {
    return new Overloaded("the document store has too much to do", RETRY_AFTER);
  }

  static Unavailable unavailable(Throwable cause) {
    return new Unavailable(REASON, "the document store cannot be reached", cause);
  }

  /** An answer from a part of the shards would look like one from all. */
  static Unavailable partial() {
    return new Unavailable(REASON, "a part of the document store did not answer");
  }

  static DeadlineExceeded late() {
    return new DeadlineExceeded("the deadline passed in the document store");
  }
}
