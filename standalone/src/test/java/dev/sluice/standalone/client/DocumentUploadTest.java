package dev.sluice.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceImplBase;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DocumentUploadTest {

  private static final Reconnection THRICE =
      new Reconnection(3, Duration.ofMillis(1), Duration.ofMillis(2));

  private final Documents documents = new Documents();
  private final List<UpsertDocumentsResponse> acknowledged =
      Collections.synchronizedList(new ArrayList<>());
  private final List<String> notices = new ArrayList<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(documents).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private DocumentUpload upload() {
    return new DocumentUpload(
        new Gateway("localhost:1", channel, channel, null),
        "c",
        (response, bytes) -> acknowledged.add(response),
        THRICE,
        notices::add);
  }

  private static Document document(int number) {
    return Document.newBuilder().setId("d" + number).setText("text").build();
  }

  private int send(int count) throws InterruptedException {
    try (DocumentUpload upload = upload()) {
      for (int i = 0; i < count; i++) {
        upload.send(document(i), 1);
      }
      return upload.finish();
    }
  }

  @Test
  void whatWasNotAcknowledgedIsSentAgainOverAnotherStream() throws InterruptedException {
    documents.acknowledgedPerStream = 40;

    assertThat(send(100)).isZero();

    assertThat(documents.stored)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "d" + i).toList());
    assertThat(acknowledged)
        .extracting(UpsertDocumentsResponse::getDocumentId)
        .containsExactlyElementsOf(documents.stored);
    assertThat(documents.streams).hasValue(3);
    assertThat(notices)
        .hasSize(2)
        .allMatch(line -> line.contains("localhost:1") && line.contains("(1 of 3)"));
  }

  @Test
  void whatWasStoredWithoutAnAcknowledgementIsUnchangedTheSecondTime() throws InterruptedException {
    documents.acknowledgedPerStream = 4;
    documents.storedBeyond = 1;

    assertThat(send(5)).isZero();

    assertThat(acknowledged)
        .extracting(UpsertDocumentsResponse::getResult)
        .containsExactly(
            Result.CREATED, Result.CREATED, Result.CREATED, Result.CREATED, Result.UNCHANGED);
  }

  @Test
  void withoutAnyProgressItGivesUpAfterItsAttempts() {
    documents.acknowledgedPerStream = 0;

    assertThatThrownBy(() -> send(5))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE");

    assertThat(documents.streams).hasValue(4);
    assertThat(notices.getLast()).contains("(3 of 3)");
  }

  @Test
  void whatTryingAgainCannotMendFailsAtOnce() {
    documents.acknowledgedPerStream = 2;
    documents.failure = Status.FAILED_PRECONDITION;

    assertThatThrownBy(() -> send(5)).hasMessageContaining("FAILED_PRECONDITION");

    assertThat(documents.streams).hasValue(1);
    assertThat(acknowledged).hasSize(2);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    Reconnection reconnection = Reconnection.of(8);

    assertThat(IntStream.rangeClosed(1, 8).mapToObj(i -> reconnection.pause(i).toMillis()))
        .containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 15_000L, 15_000L, 15_000L);
  }

  /** Ends each stream after so many acknowledgements. */
  private static final class Documents extends DocumentServiceImplBase {

    final Set<String> stored = Collections.synchronizedSet(new LinkedHashSet<>());
    volatile int acknowledgedPerStream = Integer.MAX_VALUE;
    volatile int storedBeyond;
    volatile Status failure = Status.UNAVAILABLE;
    final AtomicInteger streams = new AtomicInteger();

    @Override
    public StreamObserver<UpsertDocumentsRequest> upsertDocuments(
        StreamObserver<UpsertDocumentsResponse> responses) {
      streams.incrementAndGet();
      return new Upserts(responses);
    }

    private final class Upserts implements StreamObserver<UpsertDocumentsRequest> {

      private final StreamObserver<UpsertDocumentsResponse> responses;
      private int received;

      Upserts(StreamObserver<UpsertDocumentsResponse> responses) {
        this.responses = responses;
      }

      @Override
      public void onNext(UpsertDocumentsRequest request) {
        String id = request.getDocument().getId();
        received++;
        if (received <= acknowledgedPerStream) {
          responses.onNext(
              UpsertDocumentsResponse.newBuilder()
                  .setDocumentId(id)
                  .setResult(stored.add(id) ? Result.CREATED : Result.UNCHANGED)
                  .build());
        } else if (received == acknowledgedPerStream + 1) {
          if (storedBeyond > 0) {
            stored.add(id);
          }
          responses.onError(failure.asRuntimeException());
        }
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        if (received <= acknowledgedPerStream) {
          responses.onCompleted();
        }
      }
    }
  }
}
