package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.failure.Failure;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class ModelServerFailureTest {

  /** As a real Triton's connection broke when it was killed. */
  private static final Status BROKEN_OFF =
      Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException());

  @Test
  void aConnectionThatBreaksOffMeansThatTheServerIsGone() {
    assertThat(ModelServerFailure.of(BROKEN_OFF.asRuntimeException()))
        .isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void whatTheServerItselfDoesNotKnowIsItsFailure() {
    assertThat(ModelServerFailure.of(Status.UNKNOWN.asRuntimeException()))
        .isInstanceOf(Failure.Internal.class);
  }
}
