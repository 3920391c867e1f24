package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.Degradation.Reason;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of calls to services that have too much work, and say for how long. */
@Timeout(60)
class BusyServicesIT extends WithCluster {

  private static Script refuses(int calls, Duration retryAfter) {
    return number -> {
      if (number <= calls) {
        throw FailureStatus.exception(new Failure.Overloaded("QUEUE_FULL", "busy", retryAfter));
      }
    };
  }

  @Test
  void oneThatIsBusyForAMomentIsAskedAgain() {
    cluster.services.rerank.script = refuses(1, Duration.ofMillis(50));
    SearchResponse response = cluster.search().search(query("gates control water").build());
    assertThat(response.getDegradationsList()).isEmpty();
    assertThat(response.getStageReports(2).getAttemptCount()).isEqualTo(2);
  }

  @Test
  void aStageThatIsBusyForLongerIsLeftOutAtOnce() {
    cluster.services.rerank.script = refuses(Integer.MAX_VALUE, Duration.ofHours(1));
    SearchResponse response = cluster.search().search(query("gates control water").build());
    assertThat(response.getDegradationsList())
        .extracting(Degradation::getReason)
        .containsExactly(Reason.STAGE_OVERLOADED);
    assertThat(cluster.services.rerank.received).hasSize(1);
  }

  @Test
  void nobodyWaitsForADataSourceThatIsBusyForLonger() {
    cluster.services.retrieve.script = refuses(Integer.MAX_VALUE, Duration.ofHours(1));
    var request = SearchRequest.newBuilder().setDataSource("wiki").setQuery("weir").build();
    assertThat(Ended.search(cluster, request).code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(cluster.services.retrieve.received).hasSize(1);
  }

  @Test
  void theCallerOfAForwardedCallIsToldForHowLong() {
    cluster.services.embed.script = refuses(Integer.MAX_VALUE, Duration.ofHours(1));
    var stub =
        EmbedServiceGrpc.newBlockingStub(cluster.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    EmbedRequest request = EmbedRequest.newBuilder().addTexts("a").build();
    var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> stub.embed(request));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getTrailers())
        .extracting(trailers -> trailers.get(FailureStatus.RETRY_PUSHBACK))
        .isEqualTo("3600000");
    assertThat(cluster.services.embed.received).hasSize(1);
  }
}
