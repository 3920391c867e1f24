package dev.sluice.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc.CollectionServiceImplBase;
import dev.sluice.gateway.v1.DeleteCollectionRequest;
import dev.sluice.gateway.v1.DeleteCollectionResponse;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc.SearchServiceImplBase;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway whose service is away for two calls. */
@Timeout(60)
class DialerTest {

  private final AtomicInteger calls = new AtomicInteger();
  private Server server;
  private ManagedChannel channel;

  private <R> void answer(R answer, StreamObserver<R> response) {
    if (calls.incrementAndGet() <= 2) {
      response.onError(Status.UNAVAILABLE.asRuntimeException());
    } else {
      response.onNext(answer);
      response.onCompleted();
    }
  }

  @BeforeEach
  void start() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(
                new SearchServiceImplBase() {
                  @Override
                  public void search(
                      SearchRequest request, StreamObserver<SearchResponse> response) {
                    answer(SearchResponse.getDefaultInstance(), response);
                  }
                })
            .addService(
                new CollectionServiceImplBase() {
                  @Override
                  public void deleteCollection(
                      DeleteCollectionRequest request,
                      StreamObserver<DeleteCollectionResponse> response) {
                    answer(DeleteCollectionResponse.getDefaultInstance(), response);
                  }
                })
            .build()
            .start();
    channel =
        Dialer.NETWORK.dial("localhost:" + server.getPort(), InsecureChannelCredentials.create());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void whatReadsIsTriedAgain() {
    var search = SearchServiceGrpc.newBlockingStub(channel);
    assertThat(search.search(SearchRequest.getDefaultInstance())).isNotNull();
    assertThat(calls).hasValue(3);
  }

  @Test
  void whatChangesSomethingIsNot() {
    var collections = CollectionServiceGrpc.newBlockingStub(channel);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () -> collections.deleteCollection(DeleteCollectionRequest.getDefaultInstance()));
    assertThat(calls).hasValue(1);
  }
}
