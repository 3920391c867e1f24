package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.failure.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class CallBoundTest {

  private final CallBound bound = new CallBound(2);

  private Entry enter() {
    return bound.enter(EmbedServiceGrpc.getEmbedMethod(), new Metadata(), null);
  }

  @Test
  void callsBeyondTheBoundAreRefused() {
    enter();
    enter();
    assertThatExceptionOfType(Failure.Overloaded.class).isThrownBy(this::enter);
    assertThat(bound.inside()).isEqualTo(2);
  }

  @Test
  void aCallThatLeftMakesRoom() {
    enter();
    enter().left(Status.OK);
    enter();
    assertThat(bound.inside()).isEqualTo(2);
  }
}
