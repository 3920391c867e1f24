package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.failure.Failure;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
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
}
