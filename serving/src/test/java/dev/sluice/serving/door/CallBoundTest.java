package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.failure.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void oneTenantHasFourInFive() {
    CallBound shared = new CallBound(10);
    List<Entry> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(shared.enter("a"));
    }
    assertThatExceptionOfType(Failure.Overloaded.class)
        .isThrownBy(() -> shared.enter("a"))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo("TENANT_SHARE"));
    assertThat(shared.inside()).isEqualTo(8);
    shared.enter("b");
    calls.forEach(call -> call.left(Status.OK));
    assertThat(shared.inside()).isEqualTo(1);
    assertThat(shared.enter("a")).isNotNull();
  }

  @Test
  void asADoorItKnowsTheTenantByWhatTheGatewaySays() {
    CallBound door = new CallBound(10);
    for (int i = 0; i < 8; i++) {
      enter(door, "a");
    }
    assertThatExceptionOfType(Failure.Overloaded.class)
        .isThrownBy(() -> enter(door, "a"))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo("TENANT_SHARE"));
    enter(door, "b");
    assertThat(door.inside()).isEqualTo(9);
  }

  private static void enter(CallBound door, String tenant) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("sluice-tenant", Metadata.ASCII_STRING_MARSHALLER), tenant);
    var _ = door.enter(EmbedServiceGrpc.getEmbedMethod(), headers, null);
  }
}
