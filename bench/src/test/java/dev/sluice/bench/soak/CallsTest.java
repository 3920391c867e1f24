package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CallsTest {

  @Test
  void enoughMustEndAsTheyAreMeantTo() {
    assertThat(new Calls(Action.SEARCH, Map.of("OK", 70L, "UNAVAILABLE", 30L)).areServed())
        .isTrue();
    assertThat(new Calls(Action.SEARCH, Map.of("OK", 69L, "UNAVAILABLE", 31L)).areServed())
        .isFalse();
  }

  @Test
  void whatIsMeantToFailIsServedWhenItDoes() {
    assertThat(new Calls(Action.UNKNOWN_METHOD, Map.of("UNIMPLEMENTED", 9L)).areServed()).isTrue();
    assertThat(new Calls(Action.UNKNOWN_METHOD, Map.of("OK", 9L)).areServed()).isFalse();
    assertThat(new Calls(Action.SEARCH_GIVEN_UP, Map.of("CANCELLED", 9L)).areServed()).isTrue();
  }

  @Test
  void whatWasNeverDoneIsNotServed() {
    assertThat(new Calls(Action.SEARCH, Map.of()).areServed()).isFalse();
  }

  @Test
  void internalErrorsAndExceptionsThatAreNoStatusAreBroken() {
    var calls =
        new Calls(
            Action.STORE,
            Map.of("OK", 90L, "INTERNAL", 2L, "NullPointerException", 3L, "UNAVAILABLE", 5L));
    assertThat(calls.broken()).isEqualTo(5);
    assertThat(calls.count()).isEqualTo(100);
    assertThat(calls.words()).isEqualTo("2 INTERNAL, 3 NullPointerException, 90 OK, 5 UNAVAILABLE");
  }
}
