package dev.sluice.gateway.documents;

import com.google.rpc.Status;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One document of a stream on its way to its acknowledgement. */
final class UpsertSlot {

  private final long index;
  private final String documentId;
  private final int bytes;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Failure failure;
  private volatile @Nullable WritePosition position;
  private volatile UpsertDocumentsResponse response = UpsertDocumentsResponse.getDefaultInstance();

  UpsertSlot(long index, String documentId, int bytes) {
    this.index = index;
    this.documentId = documentId;
    this.bytes = bytes;
  }

  long index() {
    return index;
  }

  String documentId() {
    return documentId;
  }

  int bytes() {
    return bytes;
  }

  void acknowledge(Positioned<UpsertDocumentsResponse> outcome) {
    position = outcome.position();
    acknowledge(outcome.value());
  }

  private void acknowledge(UpsertDocumentsResponse outcome) {
    response = outcome.toBuilder().setIndex(index).setDocumentId(documentId).build();
    done.countDown();
  }

  void refuse(Failure reason) {
    Status error = FailureStatus.of(reason);
    acknowledge(UpsertDocumentsResponse.newBuilder().setError(error).build());
  }

  /** The stream ends with this when the document's turn comes. */
  void endStream(Failure reason) {
    failure = reason;
    done.countDown();
  }

  boolean isDone() {
    return done.getCount() == 0;
  }

  /** Waits until it is known what became of the document. */
  void await() {
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    }
  }

  /** Null when the document has an acknowledgement. */
  @Nullable Failure failure() {
    return failure;
  }

  /** Where the document stands in the collection's history; null when it was refused. */
  @Nullable WritePosition position() {
    return position;
  }

  UpsertDocumentsResponse response() {
    return response;
  }
}
