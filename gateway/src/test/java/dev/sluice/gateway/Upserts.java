package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One stream of documents into a collection, its acknowledgements and its end. */
final class Upserts implements StreamObserver<UpsertDocumentsResponse> {

  final List<UpsertDocumentsResponse> acknowledged =
      Collections.synchronizedList(new ArrayList<>());
  final CompletableFuture<Status> end = new CompletableFuture<>();

  private final Semaphore arrived = new Semaphore(0);
  private final String collection;
  private final ClientCallStreamObserver<UpsertDocumentsRequest> requests;

  private Upserts(Channel channel, String collection) {
    this.collection = collection;
    this.requests =
        (ClientCallStreamObserver<UpsertDocumentsRequest>)
            DocumentServiceGrpc.newStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .upsertDocuments(this);
  }

  /** Opens a stream. */
  static Upserts into(Channel channel, String collection) {
    return new Upserts(channel, collection);
  }

  Upserts send(Document... documents) {
    for (Document document : documents) {
      requests.onNext(
          UpsertDocumentsRequest.newBuilder()
              .setCollection(collection)
              .setDocument(document)
              .build());
    }
    return this;
  }

  /** Waits until so many more were acknowledged. */
  Upserts awaitAcknowledged(int count) {
    try {
      assertThat(arrived.tryAcquire(count, 60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  /** Half-closes, which does no harm when the stream has ended, and waits for the end. */
  Upserts finish() {
    requests.onCompleted();
    end.join();
    return this;
  }

  /** The caller loses interest. */
  Upserts cancel() {
    requests.cancel("enough", null);
    return this;
  }

  Status status() {
    return end.join();
  }

  @Override
  public void onNext(UpsertDocumentsResponse response) {
    acknowledged.add(response);
    arrived.release();
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
