package dev.sluice.serving.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.failure.Failure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldBytesTest {

  private final HeldBytes held = new HeldBytes(100);

  /** The reason why that is too much; empty where it is not. */
  private static Optional<String> hold(HeldBytes held, String tenant, long bytes) {
    return held.hold(tenant, bytes).map(failure -> ((Failure.Overloaded) failure).reason());
  }

  @Test
  void isAQuarterOfTheHeapAndRoomForTwoOfTheLargest() {
    assertThat(hold(HeldBytes.of(10, 400), "a", 80)).isEmpty();
    assertThat(hold(HeldBytes.of(10, 400), "a", 81)).isPresent();
    assertThat(hold(HeldBytes.of(50, 40), "a", 80)).isEmpty();
    assertThat(hold(HeldBytes.of(50, 40), "a", 81)).isPresent();
  }

  @Test
  void oneTenantHasFourFifths() {
    assertThat(hold(held, "a", 80)).isEmpty();
    assertThat(hold(held, "a", 1)).contains("TENANT_SHARE");
    assertThat(hold(held, "b", 19)).isEmpty();
    assertThat(hold(held, "c", 1)).contains("REQUEST_BYTES");
  }

  @Test
  void whatIsReleasedIsFreeAgain() {
    hold(held, "a", 50);
    hold(held, "a", 40);
    held.release("a", 50);
    assertThat(hold(held, "a", 40)).isEmpty();
    held.release("a", 80);
    assertThat(held.held()).isZero();
    assertThat(hold(held, "a", 80)).isEmpty();
  }
}
