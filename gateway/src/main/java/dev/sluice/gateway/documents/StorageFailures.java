package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.StorageFull;

/** Tells a full disk from a broken one. */
final class StorageFailures {

  private StorageFailures() {}

  static Failure of(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage());
      if (message.contains("No space left on device") || message.contains("quota exceeded")) {
        return new StorageFull(
            "the disk of the document store is full: searches go on, writes when there is room");
      }
    }
    return new Internal("the document store failed", cause);
  }
}
