package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway passes on to the services as it came, and how it stops. */
class ForwardingIT extends WithCluster {

  @Test
  void theGatewayServesTheServicesThemselves() {
    EmbedRequest request = EmbedRequest.newBuilder().addTexts("a").build();
    assertThat(EmbedServiceGrpc.newBlockingStub(cluster.channel).embed(request).getModel())
        .isEqualTo("words");
    cluster.services.embed.script =
        number -> {
          throw Status.RESOURCE_EXHAUSTED.withDescription("busy").asRuntimeException();
        };
    assertThat(failure(request).getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    cluster.services.stop(0);
    StatusRuntimeException gone = failure(request);
    assertThat(gone.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(gone.getMessage()).doesNotContain("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "DEADLINE_EXCEEDED, DEADLINE_EXCEEDED",
    "CANCELLED, INTERNAL",
    "UNIMPLEMENTED, UNIMPLEMENTED",
    "PERMISSION_DENIED, FAILED_PRECONDITION",
    "UNKNOWN, INTERNAL"
  })
  void wordsOfWhatStandsBetweenAreNotForwarded(Code code, Code seen) {
    cluster.services.embed.script =
        number -> {
          throw code.toStatus().withDescription("at 10.0.0.1").asRuntimeException();
        };
    StatusRuntimeException failure = failure(EmbedRequest.newBuilder().addTexts("a").build());
    assertThat(failure.getStatus().getCode()).isEqualTo(seen);
    assertThat(failure.getMessage()).doesNotContain("10.0.0.1");
  }

  private StatusRuntimeException failure(EmbedRequest request) {
    try {
      var _ = EmbedServiceGrpc.newBlockingStub(cluster.channel).embed(request);
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("was answered");
  }

  @Test
  void aStoppingGatewayAcknowledgesWhatItReadAndEndsTheStream() throws Exception {
    var acknowledgements = new Acknowledgements(1);
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(cluster.channel).upsertDocuments(acknowledgements);
    requests.onNext(
        UpsertDocumentsRequest.newBuilder()
            .setCollection("c")
            .setDocument(Cluster.document("last", "The last words."))
            .build());
    assertThat(acknowledgements.all.get(20, TimeUnit.SECONDS).getFirst().hasError()).isFalse();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(cluster.server::close);
    assertThat(acknowledgements.failed.get(20, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
    closing.get(20, TimeUnit.SECONDS);
  }
}
