package dev.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.network.IdleCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream whose tenant has used up its requests for the next quarter of an hour. */
class PacedRequestsTest {

  private final FakeTimer timer = new FakeTimer();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IdleCall<EmbedRequest, EmbedResponse> call =
      new IdleCall<>(EmbedServiceGrpc.getEmbedStreamMethod());
  private TenantLimits limits =
      TenantLimits.parse("{\"default\": {\"requests_per_second\": 0.001, \"request_burst\": 1}}");
  private final Quotas quotas = new Quotas(() -> limits, new FakeClock(), registry);
  private final PacedRequests<EmbedRequest, EmbedResponse> paced =
      new PacedRequests<>(call, quotas, "a", timer);

  @BeforeEach
  void readFirstMessage() {
    quotas.takeCall("a");
    paced.request(1);
    assertThat(call.requested()).isEqualTo(1);
    paced.request(1);
    assertThat(call.requested()).isEqualTo(1);
  }

  @Test
  void itLooksAgainEachSecondSoThatAHigherLimitHolds() throws InterruptedException {
    for (int second = 0; second < 3; second++) {
      assertThat(timer.next()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
      timer.ring();
      assertThat(call.requested()).isEqualTo(1);
    }
    limits = TenantLimits.NONE;
    assertThat(timer.next()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    timer.ring();
    assertThat(call.requested()).isEqualTo(2);
  }

  @Test
  void aMessageThatWaitsIsCountedOnce() throws InterruptedException {
    for (int second = 0; second < 3; second++) {
      timer.next();
      timer.ring();
    }
    assertThat(registry.get(QuotaMetrics.DELAYS).tag("quota", "requests").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aCallThatEndedWaitsNoMore() throws InterruptedException {
    timer.next();
    paced.close(Status.OK, new Metadata());
    timer.ring();
    assertThat(timer.isSet()).isFalse();
    assertThat(call.requested()).isEqualTo(1);
  }
}
