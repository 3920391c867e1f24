package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UpstreamFailureTest {

  @Test
  void aConnectionThatBreaksWhileACallIsWrittenIsAServiceThatIsGone() {
    Status closed = Status.UNKNOWN.withDescription("channel closed");
    assertThat(
            UpstreamFailure.of(
                "embed", closed.withCause(new ClosedChannelException()).asRuntimeException()))
        .isInstanceOf(Failure.Unavailable.class);
    assertThat(UpstreamFailure.of("embed", closed.asRuntimeException()))
        .isInstanceOf(Failure.Internal.class);
  }

  @Test
  void aServiceHasTooMuchWorkThatSaysWhy() {
    assertThat(UpstreamFailure.isOverload(refusal("QUEUE_FULL"))).isTrue();
    assertThat(UpstreamFailure.isOverload(refusal("TENANT_SHARE"))).isFalse();
    assertThat(UpstreamFailure.isOverload(refusal("CLASS_SHARE"))).isFalse();
    assertThat(UpstreamFailure.isOverload(Status.RESOURCE_EXHAUSTED.asRuntimeException()))
        .as("as grpc says of a message that is too large")
        .isFalse();
    assertThat(UpstreamFailure.isOverload(Status.UNAVAILABLE.asRuntimeException())).isFalse();
  }

  private static StatusRuntimeException refusal(String reason) {
    return FailureStatus.exception(new Failure.Overloaded(reason, "", Duration.ofMillis(100)));
  }
}
